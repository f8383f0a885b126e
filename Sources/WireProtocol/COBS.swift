/// Consistent overhead byte stuffing: bytes without zeros, so that a zero ends a frame.
///
/// Cheshire and Baker, IEEE/ACM Transactions on Networking 7 (1999).
public enum COBS {
  /// The most bytes that so many turn into.
  public static func bound(_ count: Int) -> Int { count + count / 254 + 1 }

  /// Appends the bytes without zeros; the zero that ends a frame is left to the caller.
  public static func encode(_ bytes: [UInt8], into encoded: inout [UInt8]) {
    var code = encoded.count
    encoded.append(1)
    var run: UInt8 = 1
    for byte in bytes {
      // A full block is followed by another one only if there are bytes for it.
      if run == 0xFF {
        encoded[code] = run
        code = encoded.count
        encoded.append(1)
        run = 1
      }
      if byte == 0 {
        encoded[code] = run
        code = encoded.count
        encoded.append(1)
        run = 1
      } else {
        encoded.append(byte)
        run += 1
      }
    }
    encoded[code] = run
  }

  /// The bytes before encoding, or nil if these are not the encoding of any.
  ///
  /// There is one encoding for each sequence of bytes: another one is refused.
  public static func decode(_ bytes: some RandomAccessCollection<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var place = bytes.startIndex
    var before = 0
    while place < bytes.endIndex {
      let code = Int(bytes[place])
      guard code > 0, let next = bytes.index(place, offsetBy: code, limitedBy: bytes.endIndex)
      else { return nil }
      let block = bytes[bytes.index(after: place)..<next]
      guard !block.contains(0) else { return nil }
      decoded.append(contentsOf: block)
      if next < bytes.endIndex {
        if code < 0xFF { decoded.append(0) }
      } else if code == 1 && before == 0xFF {
        // Nothing after a full block stands for nothing.
        return nil
      }
      (place, before) = (next, code)
    }
    return decoded
  }
}

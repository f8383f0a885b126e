import ByteCoding

/// Signed counts in as few bits each as they need: 1, 2, 4, 8 or 16.
///
/// In bytes: how many counts (varint), bits of each (one byte), then the counts, the first in the lowest
/// bits of the first byte: in two's complement, and where each is +1 or -1 as its sign alone.
enum PackedCounts {
  static func write(_ counts: [Int16], to writer: inout ByteWriter) {
    writer.append(varint: counts.count)
    let bits = bits(of: counts)
    writer.append(UInt8(bits))
    if bits == 16 {
      for count in counts { writer.append(count) }
      return
    }
    let perByte = 8 / bits
    let size = (counts.count + perByte - 1) / perByte
    let packed = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
      used = size
      counts.withUnsafeBufferPointer { counts in
        if bits == 8 {
          for place in 0..<size { buffer[place] = UInt8(truncatingIfNeeded: counts[place]) }
          return
        }
        for place in 0..<size {
          var byte: UInt8 = 0
          let first = place &* perByte
          let last = min(first &+ perByte, counts.count)
          // From the last one down, each pushes those after it up.
          for entry in stride(from: last - 1, through: first, by: -1) {
            byte = byte << UInt8(bits) | field(counts[entry], bits: bits)
          }
          buffer[place] = byte
        }
      }
    }
    writer.append(raw: packed)
  }

  private static func bits(of counts: [Int16]) -> Int {
    if !counts.isEmpty, counts.allSatisfy({ $0 == 1 || $0 == -1 }) { return 1 }
    let largest = counts.reduce(UInt16(0)) { $0 | UInt16(bitPattern: $1 ^ ($1 >> 15)) }
    return largest < 2 ? 2 : largest < 8 ? 4 : largest < 128 ? 8 : 16
  }

  @inline(__always)
  private static func field(_ count: Int16, bits: Int) -> UInt8 {
    // Of -1 and +1 the second bit tells which.
    bits == 1
      ? UInt8(truncatingIfNeeded: count >> 1 & 1)
      : UInt8(truncatingIfNeeded: count) & UInt8((1 << bits) - 1)
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> [Int16] {
    let start = reader.offset
    let count = try reader.count()
    let bits = Int(try reader.integer(UInt8.self))
    guard [1, 2, 4, 8, 16].contains(bits), count <= 1 << 32 else { throw .malformed(at: start) }
    let bytes = try reader.raw((count * bits + 7) / 8)
    return (0..<count).map { place in
      if bits == 16 {
        return Int16(bitPattern: UInt16(bytes[2 * place]) | UInt16(bytes[2 * place + 1]) << 8)
      }
      let perByte = 8 / bits
      let field = bytes[place / perByte] >> UInt8(place % perByte * bits)
      if bits == 1 { return field & 1 == 1 ? -1 : 1 }
      // Moved to the top and back, so that the sign spreads.
      let top = Int8(bitPattern: field << UInt8(8 - bits))
      return Int16(top >> Int8(8 - bits))
    }
  }
}

import ByteCoding

/// Signed counts in as few bits each as the largest of them needs: 2, 4, 8 or 16.
///
/// In bytes: how many counts (varint), bits of each (one byte), then the counts in two's complement,
/// the first in the lowest bits of the first byte.
enum PackedCounts {
  static func write(_ counts: [Int16], to writer: inout ByteWriter) {
    writer.append(varint: counts.count)
    let largest = counts.reduce(UInt16(0)) { $0 | UInt16(bitPattern: $1 ^ ($1 >> 15)) }
    let bits = largest < 2 ? 2 : largest < 8 ? 4 : largest < 128 ? 8 : 16
    writer.append(UInt8(bits))
    if bits == 16 {
      for count in counts { writer.append(count) }
      return
    }
    let perByte = 8 / bits
    let mask = UInt8((1 << bits) - 1)
    let size = (counts.count + perByte - 1) / perByte
    let packed = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
      counts.withUnsafeBufferPointer { counts in
        for place in 0..<size {
          var byte: UInt8 = 0
          let first = place * perByte
          for entry in 0..<min(perByte, counts.count - first) {
            byte |= (UInt8(truncatingIfNeeded: counts[first + entry]) & mask) << UInt8(entry * bits)
          }
          buffer[place] = byte
        }
      }
      used = size
    }
    writer.append(raw: packed)
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> [Int16] {
    let start = reader.offset
    let count = try reader.count()
    let bits = Int(try reader.integer(UInt8.self))
    guard [2, 4, 8, 16].contains(bits), count <= 1 << 32 else { throw .malformed(at: start) }
    let bytes = try reader.raw((count * bits + 7) / 8)
    return (0..<count).map { place in
      if bits == 16 {
        return Int16(bitPattern: UInt16(bytes[2 * place]) | UInt16(bytes[2 * place + 1]) << 8)
      }
      let perByte = 8 / bits
      let field = bytes[place / perByte] >> UInt8(place % perByte * bits)
      // Moved to the top and back, so that the sign spreads.
      let top = Int8(bitPattern: field << UInt8(8 - bits))
      return Int16(top >> Int8(8 - bits))
    }
  }
}

import ByteCoding

/// Signed counts in as few bits each as they need: 1, 2, 4, 8 or 16.
///
/// In bytes: how many counts (varint), bits of each (one byte), then the counts, the first in the lowest
/// bits of the first byte: in two's complement, and where each is +1 or -1 as its sign alone.
public enum PackedCounts {
  static func write(_ counts: [Int16], to writer: inout ByteWriter) {
    writer.append(varint: counts.count)
    let bits = bits(of: counts)
    writer.append(UInt8(bits))
    if bits == 16 {
      for count in counts { writer.append(count) }
      return
    }
    let size = (counts.count * bits + 7) / 8
    let packed = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, used in
      counts.withUnsafeBufferPointer { counts in
        if bits == 8 {
          for place in 0..<size { buffer[place] = UInt8(truncatingIfNeeded: counts[place]) }
        } else {
          pack(counts, bits: bits, into: buffer)
        }
      }
      used = size
    }
    writer.append(raw: packed)
  }

  /// Packs four counts at a time: a map of a large array is packed while a device waits.
  private static func pack(
    _ counts: UnsafeBufferPointer<Int16>, bits: Int, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) {
    let raw = UnsafeRawBufferPointer(counts)
    let lowest: UInt64 = 0x0001_0001_0001_0001
    let mask = lowest &* UInt64((1 << bits) - 1)
    for group in 0..<(counts.count + 3) / 4 {
      var four: UInt64 = 0
      if 4 * group + 4 <= counts.count {
        four = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * group, as: UInt64.self))
      } else {
        for place in (4 * group..<counts.count).reversed() {
          four = four << 16 | UInt64(UInt16(bitPattern: counts[place]))
        }
      }
      // Of -1 and +1 the sign alone.
      if bits == 1 { four >>= 15 }
      four &= mask
      // The second count beside the first and the fourth beside the third, then these beside those.
      four |= four &>> UInt64(16 - bits)
      four |= four &>> UInt64(32 - 2 * bits)
      switch bits {
      case 1:
        let nibble = UInt8(truncatingIfNeeded: four) & 15
        buffer[group / 2] = group % 2 == 0 ? nibble : buffer[group / 2] | nibble << 4
      case 2: buffer[group] = UInt8(truncatingIfNeeded: four)
      default:
        buffer[2 * group] = UInt8(truncatingIfNeeded: four)
        buffer[2 * group + 1] = UInt8(truncatingIfNeeded: four >> 8)
      }
    }
  }

  /// Bits that each of the counts needs.
  public static func bits(of counts: [Int16]) -> Int {
    counts.withUnsafeBufferPointer { counts in
      // Bits that are set in any count where it is not negative, or clear where it is.
      var used = UInt16(0)
      for count in counts { used |= UInt16(bitPattern: count ^ (count >> 15)) }
      guard used < 2 else { return used < 8 ? 4 : used < 128 ? 8 : 16 }
      // The square of +1 and -1 alone is 1.
      var other = counts.isEmpty ? Int16(1) : 0
      for count in counts { other |= count &* count ^ 1 }
      return other == 0 ? 1 : 2
    }
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

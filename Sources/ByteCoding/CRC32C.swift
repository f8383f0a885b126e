/// The CRC-32C checksum (Castagnoli, reflected polynomial 0x82F63B78), as iSCSI and SCTP use it.
///
/// Eight bytes a step by eight tables ("slicing by eight", Kounavis and Berry, 2005).
public struct CRC32C: Sendable, Hashable {
  private var state: UInt32 = .max

  /// Starts with no bytes.
  public init() {}

  /// The checksum of some bytes.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = CRC32C()
    sum.append(bytes)
    return sum.value
  }

  /// The checksum of the bytes so far.
  public var value: UInt32 { ~state }

  /// Adds bytes.
  public mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  /// Adds bytes in memory.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    Self.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var place = 0
      while bytes.count - place >= 8 {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        let mixed = word ^ UInt64(crc)
        crc = 0
        for byte in 0..<8 {
          crc ^= tables[(7 - byte) << 8 | Int(mixed >> UInt64(8 * byte) & 0xFF)]
        }
        place += 8
      }
      while place < bytes.count {
        crc = crc >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[place])]
        place += 1
      }
      state = crc
    }
  }

  /// Table k, entry b: the effect of byte b when k more bytes follow in the step.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 << 8)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      tables[byte] = crc
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let before = tables[(table - 1) << 8 | byte]
        tables[table << 8 | byte] = before >> 8 ^ tables[Int(before & 0xFF)]
      }
    }
    return tables
  }()
}

import ByteCoding
import CZlib
import Synchronization

/// Bytes that are stored compressed where that is shorter.
///
/// In bytes: 0 for bytes as they are or 1 for a zlib stream (RFC 1950), the length before compression
/// and the length stored as varints, and the bytes.
struct PackedBytes: Sendable, Hashable {
  /// The form in which they are stored, head included.
  let stored: [UInt8]

  /// - Parameter compressing: whether to compress where that is worthwhile.
  init(_ bytes: [UInt8], compressing: Bool = true) {
    // Below this a stream's head and checksum outweigh what it could save.
    let deflated =
      !compressing || bytes.count < 64 || !Self.isWorthwhile(bytes) ? nil : Self.deflated(bytes)
    var writer = ByteWriter(reserving: bytes.count + 8)
    writer.append(UInt8(deflated == nil ? 0 : 1))
    writer.append(varint: bytes.count)
    writer.append(counted: deflated ?? bytes)
    stored = writer.bytes
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> [UInt8] {
    let start = reader.offset
    let form = try reader.integer(UInt8.self)
    let size = try reader.count()
    let bytes = try reader.counted()
    switch form {
    case 0 where bytes.count == size: return bytes
    // No train is larger than 16 bits for each of 4096 x 4096 cells, nor a record than all counts.
    case 1 where size <= 1 << 32:
      guard let whole = inflated(bytes, size: size) else { throw .malformed(at: start) }
      return whole
    default: throw .malformed(at: start)
    }
  }

  /// Whether a sample of many bytes gets shorter by half: compressing what is close to random would take
  /// longer than all else that is done with a train, and its counts are packed into few bits already.
  private static func isWorthwhile(_ bytes: [UInt8]) -> Bool {
    let (pieces, length) = (16, 256)
    guard bytes.count > 2 * pieces * length else { return true }
    var sample: [UInt8] = []
    sample.reserveCapacity(pieces * length)
    for piece in 0..<pieces {
      let start = (bytes.count - length) * piece / (pieces - 1)
      sample += bytes[start..<start + length]
    }
    return deflated(sample).map { 2 * $0.count <= sample.count } ?? false
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    let result = Deflater.shared.withLock { $0.deflated(bytes) }
    return result.flatMap { $0.count < bytes.count ? $0 : nil }
  }

  private static func inflated(_ bytes: [UInt8], size: Int) -> [UInt8]? {
    var length = UInt(size)
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
      status = uncompress(buffer.baseAddress, &length, bytes, UInt(bytes.count))
      used = status == Z_OK ? Int(length) : 0
    }
    return status == Z_OK && result.count == size ? result : nil
  }
}

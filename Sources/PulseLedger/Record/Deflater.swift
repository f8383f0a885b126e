import CZlib
import Synchronization

/// Compresses into zlib streams (RFC 1950) of level 1, since trains are written while a device waits.
///
/// Its quarter of a megabyte is kept from one stream to the next: taking it anew costs more than compressing a train.
/// Not `Sendable`: whoever compresses holds the lock of ``shared``.
final class Deflater {
  /// The one of this process.
  static let shared = Mutex(Deflater())

  /// A structure that zlib points back to, so that it must not move; nil where there was no memory for it.
  private let stream: UnsafeMutablePointer<z_stream>?

  init() {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit_(stream, 1, ZLIB_VERSION, size) == Z_OK else {
      stream.deallocate()
      self.stream = nil
      return
    }
    self.stream = stream
  }

  deinit {
    guard let stream else { return }
    deflateEnd(stream)
    stream.deallocate()
  }

  /// The bytes as a stream; nil where zlib fails, or where there are more than it takes at once.
  func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    guard let stream, bytes.count <= Int(UInt32.max) / 2, deflateReset(stream) == Z_OK else {
      return nil
    }
    let size = deflateBound(stream, UInt(bytes.count))
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, used in
      bytes.withUnsafeBufferPointer { bytes in
        // zlib reads what it is given, and its C has no word for that.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(size)
        status = deflate(stream, Z_FINISH)
        used = status == Z_STREAM_END ? Int(size) - Int(stream.pointee.avail_out) : 0
        (stream.pointee.next_in, stream.pointee.next_out) = (nil, nil)
      }
    }
    return status == Z_STREAM_END ? result : nil
  }
}

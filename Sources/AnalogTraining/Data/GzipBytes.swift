import CZlib

/// A gzip file (RFC 1952) in memory, with one member or several.
///
/// What it unpacks to is bounded by the caller, since a small file can announce anything.
struct GzipBytes {
  private let packed: [UInt8]
  private let file: String

  init(_ packed: [UInt8], file: String) {
    (self.packed, self.file) = (packed, file)
  }

  /// Whether bytes begin as a gzip file does.
  static func begin(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// The first unpacked bytes, or all where there are fewer; no checksum stands behind them.
  func head(_ count: Int) throws(TrainingDataError) -> [UInt8] {
    try unpack(atMost: count).bytes
  }

  /// All unpacked bytes; zlib compares the checksum and the length at the end of each member.
  ///
  /// - Throws: ``TrainingDataError`` for damaged and for cut off files, and for more than so many bytes.
  func all(atMost most: Int) throws(TrainingDataError) -> [UInt8] {
    // One byte more is room to see that there is one.
    let (bytes, isWhole) = try unpack(atMost: most + 1)
    guard bytes.count <= most else { throw DataFile.tooLarge(file, most) }
    guard isWhole else {
      throw TrainingDataError(
        .truncated, at: file, "the compressed file ends too early; get the file again")
    }
    return bytes
  }

  private func unpack(
    atMost most: Int
  ) throws(TrainingDataError) -> (bytes: [UInt8], isWhole: Bool) {
    // In memory of its own: zlib keeps the address.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // 15 bits of window, and 16 for a head and a checksum of gzip's.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw TrainingDataError(.unreadable, at: file, "there is no memory to unpack it")
    }
    defer { inflateEnd(stream) }

    var bytes: [UInt8] = []
    var used = 0
    var piece = [UInt8](repeating: 0, count: min(1 << 16, max(1, most)))
    while bytes.count < most {
      let room = min(piece.count, most - bytes.count)
      let (status, taken, made) = step(stream, from: used, into: &piece, room: room)
      used += taken
      bytes += piece[..<made]
      switch status {
      case Z_STREAM_END:
        if used == packed.count { return (bytes, true) }
        guard inflateReset(stream) == Z_OK else { throw damaged("it cannot be gone on with") }
      case Z_OK where taken > 0 || made > 0: continue
      case Z_OK, Z_BUF_ERROR: return (bytes, false)
      default:
        throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)")
      }
    }
    return (bytes, false)
  }

  private func step(
    _ stream: UnsafeMutablePointer<z_stream>, from start: Int, into piece: inout [UInt8], room: Int
  ) -> (status: Int32, taken: Int, made: Int) {
    packed.withUnsafeBufferPointer { packed in
      piece.withUnsafeMutableBufferPointer { piece in
        // zlib only reads through it.
        let input = packed.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
        let given = UInt32(clamping: packed.count - start)
        stream.pointee.next_in = input
        stream.pointee.avail_in = given
        stream.pointee.next_out = piece.baseAddress
        stream.pointee.avail_out = UInt32(room)
        let status = inflate(stream, Z_NO_FLUSH)
        return (
          status, Int(given - stream.pointee.avail_in), room - Int(stream.pointee.avail_out)
        )
      }
    }
  }

  private func damaged(_ reason: String) -> TrainingDataError {
    TrainingDataError(
      .damaged, at: file, "the compressed bytes are damaged (\(reason)); get the file again")
  }
}

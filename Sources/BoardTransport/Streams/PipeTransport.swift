#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One end of a stream within this process.
///
/// The two ends may be opened on two threads, each once.
public struct PipeEnd: Sendable {
  fileprivate let descriptor: Descriptor
  fileprivate let name: String

  /// Opens this end on the thread that uses it.
  public func open() -> PipeTransport { PipeTransport(self) }
}

/// A stream within this process, for tests and for boards in memory.
public final class PipeTransport: ByteTransport {
  /// What messages call this end.
  public let name: String

  private let descriptor: Descriptor
  private var stream: DescriptorStream

  fileprivate init(_ end: PipeEnd) {
    name = end.name
    descriptor = end.descriptor
    stream = DescriptorStream(name: end.name, isSocket: true, end.descriptor)
  }

  deinit { close() }

  /// Makes a stream and gives its two ends.
  ///
  /// - Throws: ``TransportError/Code/io`` if the process has too many descriptors.
  public static func makeEnds() throws(TransportError) -> (host: PipeEnd, board: PipeEnd) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw .failed("socketpair", "pipe", errno)
    }
    for end in ends {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    return (
      PipeEnd(descriptor: Descriptor(ends[0]), name: "pipe (host)"),
      PipeEnd(descriptor: Descriptor(ends[1]), name: "pipe (board)")
    )
  }

  /// Makes a stream and opens both ends, for use from one thread.
  ///
  /// - Throws: ``TransportError/Code/io`` if the process has too many descriptors.
  public static func pair() throws(TransportError) -> (host: PipeTransport, board: PipeTransport) {
    let ends = try makeEnds()
    return (ends.host.open(), ends.board.open())
  }

  /// Reads what has arrived.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    try stream.read(most: count, lost: lost)
  }

  /// Hands bytes over to the other end.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    try stream.write(bytes, lost: lost)
  }

  /// The descriptor of this end.
  public func watches(for readiness: Readiness) -> [Watch] { stream.watches(for: readiness) }

  /// Ends the stream for both sides; the other one still reads what was written.
  public func close() {
    // The end it was opened from keeps the descriptor open, so closing alone would not be noticed.
    if stream.descriptor != nil { shutdown(descriptor.number, Int32(SHUT_RDWR)) }
    stream.close()
  }

  private func lost(_ number: Int32?, _ hasReceived: Bool) -> TransportError {
    TransportError(.lost, name, "the other end was closed", systemError: number)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A connection to a board, or to a program that stands for one, over TCP.
///
/// Nothing is encrypted and nobody is asked who they are: for the loopback and for networks that are trusted.
public final class TCPTransport: ByteTransport {
  /// `tcp:HOST:PORT`.
  public let name: String

  private var stream: DescriptorStream

  /// Connects; waits for the other side, and for a name server where `host` is a name.
  ///
  /// - Parameter milliseconds: the longest time to wait for the other side, for all addresses together.
  /// - Throws: ``TransportError/Code/notFound`` if nobody answers.
  public init(host: String, port: UInt16, within milliseconds: Int = 3_000) throws(TransportError) {
    let name = "tcp:" + InternetAddress.text(host, port)
    let deadline = MonotonicTime.after(milliseconds: milliseconds)
    var reason = ETIMEDOUT
    for candidate in try InternetAddress.candidates(host, port, subject: name) {
      let number = candidate.makeSocket()
      guard number >= 0 else {
        reason = errno
        continue
      }
      let descriptor = Descriptor(number)
      reason = Self.connect(descriptor, to: candidate, until: deadline)
      guard reason == 0 else { continue }
      InternetAddress.prepareConnection(number)
      self.name = name
      stream = DescriptorStream(name: name, isSocket: true, descriptor)
      return
    }
    throw Self.unconnected(name, reason, milliseconds)
  }

  /// Connects a socket; returns 0 or an error number.
  private static func connect(
    _ descriptor: Descriptor, to candidate: InternetAddress.Candidate, until deadline: UInt64
  ) -> Int32 {
    let begun = candidate.with { systemConnect(descriptor.number, $0, $1) }
    if begun == 0 { return 0 }
    guard errno == EINPROGRESS || errno == EINTR else { return errno }
    let ready = Polling.wait([Watch(descriptor.number, .writable)], until: deadline)
    guard ready.contains(.writable) else { return ETIMEDOUT }
    var (reason, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &reason, &size)
    return reason
  }

  private static func unconnected(
    _ subject: String, _ number: Int32, _ milliseconds: Int
  ) -> TransportError {
    let explanation =
      switch number {
      case ECONNREFUSED:
        "nothing listens there. Start the board's program, or check the port"
      case ETIMEDOUT:
        "no answer within \(milliseconds) ms. Check the address, the network and its firewalls"
      default: "\(TransportError.text(number)). Check the address and the network"
      }
    let codes: [Int32: TransportError.Code] = [
      EACCES: .permissionDenied, EPERM: .permissionDenied, EMFILE: .io, ENFILE: .io,
    ]
    return TransportError(codes[number] ?? .notFound, subject, explanation, systemError: number)
  }

  /// Reads what has arrived.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    let bytes = try stream.read(most: count, lost: lost)
    if !bytes.isEmpty, let descriptor = stream.descriptor {
      InternetAddress.acknowledgeAtOnce(descriptor.number)
    }
    return bytes
  }

  /// Hands bytes over to the operating system.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    try stream.write(bytes, lost: lost)
  }

  /// The descriptor of the connection.
  public func watches(for readiness: Readiness) -> [Watch] { stream.watches(for: readiness) }

  /// Ends the connection.
  public func close() { stream.close() }

  private func lost(_ number: Int32?, _ hasReceived: Bool) -> TransportError {
    let how = number.map { ": \(TransportError.text($0))" } ?? ""
    let reason =
      hasReceived
      ? "the board has restarted or its program has ended; connect again"
      : "it ended before a byte had come; another host may have the board"
    return TransportError(
      .lost, name, "the connection is lost\(how); \(reason)", systemError: number)
  }
}

/// connect(2), where a method of the same name hides it.
private func systemConnect(
  _ number: Int32, _ address: UnsafePointer<sockaddr>?, _ size: socklen_t
) -> Int32 {
  connect(number, address, size)
}

internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A terminal, such as the host's side of a pseudo-terminal, set to pass bytes as they are.
///
/// The speed of a real line stays as it is; ``SerialTransport`` sets one.
public final class TerminalTransport: ByteTransport {
  /// The path as it was given.
  public let name: String

  private var lock: TerminalLock?
  private var stream: DescriptorStream

  /// Opens a terminal, and drops what had arrived before.
  ///
  /// - Throws: ``TransportError`` with the codes `notFound`, `permissionDenied`, `busy`, `notADevice`.
  public init(path: String) throws(TransportError) {
    let lock = try TerminalLock.take(path)
    guard posix_set_raw(lock.descriptor.number) == 0 else {
      throw .failed("tcsetattr", path, errno)
    }
    lock.makeExclusive()
    tcflush(lock.descriptor.number, TCIOFLUSH)
    name = path
    stream = DescriptorStream(name: path, isSocket: false, lock.descriptor)
    self.lock = lock
  }

  /// Reads what has arrived.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    try stream.read(most: count, lost: lost)
  }

  /// Hands bytes over to the operating system.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    try stream.write(bytes, lost: lost)
  }

  /// The descriptor of the terminal.
  public func watches(for readiness: Readiness) -> [Watch] { stream.watches(for: readiness) }

  /// Sends a break over a real line.
  public func stopBeside() throws(TransportError) -> Bool {
    guard let lock else { throw .closed(name) }
    guard !lock.isPseudo else {
      throw TransportError(
        .unsupported, name,
        "a pseudo-terminal carries no break; send the emergency stop as a message")
    }
    // A quarter to half a second, by tcsendbreak(3).
    guard tcsendbreak(lock.descriptor.number, 0) == 0 else {
      throw .failed("tcsendbreak", name, errno)
    }
    return false
  }

  /// Closes the terminal and gives up the lock.
  public func close() {
    stream.close()
    lock = nil
  }

  private func lost(_ number: Int32?, _ hasReceived: Bool) -> TransportError {
    guard lock?.isPseudo == true else { return .unplugged(name, number) }
    return TransportError(
      .lost, name, "the program on the other side of the pseudo-terminal has ended; start it again",
      systemError: number)
  }
}

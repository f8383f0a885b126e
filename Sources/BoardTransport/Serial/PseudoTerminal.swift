internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The board's side of a pseudo-terminal, for boards without hardware.
///
/// A host opens ``path`` as it would a port, and may close and open it again. While no host has it open, it is as
/// a line without a host: nothing is read, and what is written is gone. It is never lost.
public final class PseudoTerminal: ByteTransport {
  /// Where a host opens it.
  public let path: String

  private var stream: DescriptorStream
  private var opening: Descriptor?

  /// Makes a pseudo-terminal that passes bytes as they are.
  ///
  /// - Throws: ``TransportError/Code/io`` if the system has none left.
  public init() throws(TransportError) {
    var text = [CChar](repeating: 0, count: 256)
    let number = posix_make_pseudo_terminal(&text, text.count)
    guard number >= 0 else { throw .failed("posix_openpt", "pseudo-terminal", errno) }
    let descriptor = Descriptor(number)
    path = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    // Without a host the terminal is hung up, which poll(2) reports at once and for ever.
    let watch = posix_watch_opening(path)
    guard watch >= 0 else { throw .failed("inotify", path, errno) }
    opening = Descriptor(watch)
    stream = DescriptorStream(name: path, isSocket: false, descriptor)
  }

  /// The path.
  public var name: String { path }

  /// Whether a host has it open.
  public var isHostPresent: Bool {
    guard let number = stream.descriptor?.number, let opening else { return false }
    if !isHungUp(number) { return true }
    // What was opened before this line shows in the next; what comes later is told by `opening`.
    _ = opening.read(most: 4096)
    return !isHungUp(number)
  }

  private func isHungUp(_ number: Int32) -> Bool {
    var state = pollfd(fd: number, events: 0, revents: 0)
    return poll(&state, 1, 0) > 0 && Int32(state.revents) & Int32(POLLHUP) != 0
  }

  /// Reads what the host has sent.
  public func read(most count: Int) throws(TransportError) -> [UInt8] {
    do {
      return try stream.read(most: count, lost: noHost)
    } catch {
      if stream.descriptor != nil, error.code == .lost { return [] }
      throw error
    }
  }

  /// Sends bytes to the host, or to nobody.
  public func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    // Bytes for nobody would lie in the terminal until the next host opens it.
    if stream.descriptor != nil, !isHostPresent { return bytes.count }
    return try stream.write(bytes, lost: noHost)
  }

  /// The descriptor of the board's side, or one that tells when a host opens the other.
  public func watches(for readiness: Readiness) -> [Watch] {
    guard let opening, stream.descriptor != nil else { return [] }
    if isHostPresent { return stream.watches(for: readiness) }
    return [Watch(opening.number, .readable)]
  }

  /// Ends the pseudo-terminal; a host loses its connection.
  public func close() {
    stream.close()
    opening = nil
  }

  private func noHost(_ number: Int32?, _ hasReceived: Bool) -> TransportError {
    TransportError(.lost, path, "no host has it open", systemError: number)
  }
}

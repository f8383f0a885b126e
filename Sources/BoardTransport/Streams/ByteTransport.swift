/// A stream of bytes to a board, or to a host.
///
/// A stream is used from one thread, and nothing but ``wait(for:until:wake:)`` waits. Bytes arrive in order or
/// not at all; nothing is promised about where one read ends and the next begins. Once a call has thrown
/// ``TransportError/Code/lost`` the stream is of no more use, and what was written last may or may not have
/// arrived.
public protocol ByteTransport: AnyObject {
  /// What messages call it: a path or an address.
  var name: String { get }

  /// Reads what has arrived.
  ///
  /// - Parameter count: the most bytes to return, at least 1.
  /// - Returns: no bytes where none have arrived; never because the stream has ended.
  /// - Throws: ``TransportError/Code/lost`` if the other side is gone.
  func read(most count: Int) throws(TransportError) -> [UInt8]

  /// Hands bytes over to the operating system.
  ///
  /// - Returns: how many of them it took, from the first; 0 if it has no room now.
  /// - Throws: ``TransportError/Code/lost`` if the other side is gone.
  func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int

  /// The descriptors to look at for somebody who waits for several things at once.
  ///
  /// They hold until the next call of another function of the stream.
  func watches(for readiness: Readiness) -> [Watch]

  /// Waits until bytes can be read or written.
  ///
  /// - Parameters:
  ///   - readiness: what to wait for.
  ///   - deadline: nanoseconds of ``MonotonicTime``; nil waits without end.
  ///   - wake: a descriptor that ends the wait when it becomes readable.
  /// - Returns: what is ready, which may turn out to be nothing; empty at the deadline.
  /// - Throws: ``TransportError/Code/lost`` if the stream was closed on this side.
  func wait(
    for readiness: Readiness, until deadline: UInt64?, wake: Int32?
  ) throws(TransportError) -> Readiness

  /// Stops the board by a way of its own beside the bytes: a break on a serial line, a request on USB.
  ///
  /// Waits some milliseconds; bytes that were written before and have not left may be lost.
  ///
  /// - Returns: whether the board has confirmed that its outputs are off; nobody answers a break.
  /// - Throws: ``TransportError/Code/unsupported`` where there is no such way, or the board does not know it.
  func stopBeside() throws(TransportError) -> Bool

  /// Whether boards confirm a stop by that way, so that it comes before all bytes.
  var isStopConfirmed: Bool { get }

  /// Gives the stream back; a second call does nothing.
  func close()
}

extension ByteTransport {
  /// Waits with poll(2) over ``watches(for:)``.
  public func wait(
    for readiness: Readiness, until deadline: UInt64?, wake: Int32? = nil
  ) throws(TransportError) -> Readiness {
    let watches = watches(for: readiness)
    guard !watches.isEmpty else { throw .closed(name) }
    return Polling.wait(watches, until: deadline, wake: wake)
  }

  /// Says that there is no such way.
  public func stopBeside() throws(TransportError) -> Bool {
    throw TransportError(
      .unsupported, name,
      "only a serial line carries a break; send the emergency stop as a message")
  }

  /// Nobody answers a break.
  public var isStopConfirmed: Bool { false }

  /// Hands bytes over to the operating system.
  ///
  /// - Returns: how many of them it took, from the first; 0 if it has no room now.
  /// - Throws: ``TransportError/Code/lost`` if the other side is gone.
  public func write(_ bytes: [UInt8]) throws(TransportError) -> Int { try write(bytes[...]) }
}

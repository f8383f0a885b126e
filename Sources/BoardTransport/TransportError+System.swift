#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension TransportError {
  /// The words of the C library for an error number.
  static func text(_ number: Int32) -> String { String(cString: strerror(number)) }

  /// A system call that failed for a reason that has no code of its own.
  static func failed(_ call: String, _ subject: String, _ number: Int32) -> TransportError {
    TransportError(.io, subject, "\(call) failed: \(text(number))", systemError: number)
  }

  /// A stream that is used after it was closed.
  static func closed(_ subject: String) -> TransportError {
    TransportError(.lost, subject, "it was closed on this side; open it again")
  }

  /// A device that went away.
  static func unplugged(_ subject: String, _ number: Int32? = nil) -> TransportError {
    TransportError(
      .lost, subject,
      "the connection is lost: the cable was pulled or the board has restarted. Check both, then connect again",
      systemError: number)
  }

  /// Whether an error number of read or write says that the other side is gone.
  static func meansLost(_ number: Int32) -> Bool {
    [EIO, ENXIO, ENODEV, EPIPE, ECONNRESET, ECONNABORTED, ETIMEDOUT, EHOSTUNREACH, ENETDOWN]
      .contains(number)
  }
}

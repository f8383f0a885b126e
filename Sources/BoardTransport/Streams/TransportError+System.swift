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

  /// A port that others have open.
  static func held(_ subject: String, _ holders: [PortHolder]) -> TransportError {
    let file = holders.compactMap(\.lockFile).first
    let advice = file.map { ", or remove \($0) if it was left behind" } ?? ""
    return TransportError(
      .busy, subject,
      "\(PortHolder.text(holders)) has it open. One program drives a board at a time: end that one first"
        + advice)
  }

  /// A port that could not be opened.
  static func unopened(
    _ subject: String, _ number: Int32, _ status: stat?
  ) -> TransportError {
    switch number {
    case ENOENT, ENOTDIR, ENXIO, ENODEV, ELOOP:
      return TransportError(
        .notFound, subject, "there is no such port. Check the cable and the name",
        systemError: number)
    case EACCES, EPERM:
      return TransportError(
        .permissionDenied, subject,
        status.map(PortAccess.explanation) ?? "this user may not look into the folders on the way",
        systemError: number)
    case EIO:
      return TransportError(
        .notADevice, subject, "the port has no hardware behind it; name another",
        systemError: number)
    default: return .failed("open", subject, number)
    }
  }
}

/// Why bytes cannot be carried: what happened, to what, and what to do.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// There is no such port, or nothing listens at the address.
    case notFound
    /// The user may not open it.
    case permissionDenied
    /// Somebody else has it open.
    case busy
    /// It is there, and carries no bytes of a board: a file, a folder, another kind of device.
    case notADevice
    /// The other side is gone; what was on its way may or may not have arrived.
    case lost
    /// The operating system reports a failure that has no code of its own here.
    case io
    /// This kind of transport, or the driver, cannot do it.
    case unsupported
    /// The text that names the device is wrong.
    case badSelector
  }

  /// The kind of failure.
  public var code: Code
  /// The port, address or selector.
  public var subject: String
  /// What happened and what to do, without the subject and without a full stop.
  public var explanation: String
  /// The error number of the system call that failed, if one did.
  public var systemError: Int32?

  /// Describes a failure.
  public init(
    _ code: Code, _ subject: String, _ explanation: String, systemError: Int32? = nil
  ) {
    self.code = code
    self.subject = subject
    self.explanation = explanation
    self.systemError = systemError
  }

  /// The subject and what happened to it.
  public var description: String { "\(subject): \(explanation)" }
}

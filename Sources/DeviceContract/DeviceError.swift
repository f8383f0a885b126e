/// What went wrong, what it means for the pulses, and whether asking again is safe.
public struct DeviceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// The device cannot do what was asked, or may not; nothing was fired.
    case refused
    /// A pulse budget does not allow it; nothing was fired.
    case overBudget
    /// A limit that people have set forbids it, such as a voltage or a protected cell; nothing was fired.
    case overLimit
    /// The intent could not be written down; nothing was fired.
    case notRecorded
    /// There is no such device, or nothing answers where it should be; nothing was fired.
    case notFound
    /// The user may not open the device; nothing was fired.
    case permissionDenied
    /// Another program has the device; nothing was fired.
    case busy
    /// The device had turned its outputs off before the train came, since it heard nothing of the host for too long;
    /// nothing was fired.
    case notArmed
    /// What an interrupted run read at this point was lost with it; nothing was fired.
    case readingLost
    /// The caller cancelled; the pulses up to then were fired and are known.
    case interrupted
    /// The connection broke; ``DeviceError/fired`` holds the bounds of what may have happened.
    case linkLost
    /// No answer in time; ``DeviceError/fired`` holds the bounds of what may have happened.
    case timedOut
    /// The device reports a fault and has turned its outputs off.
    case faulted
  }

  /// Whether the same call may be made again.
  public enum RetryAdvice: Sendable, Hashable {
    /// Nothing was fired.
    case safe
    /// Something may have been fired: read the odometer first.
    case afterReadback
    /// The device must be looked at by a person.
    case never
  }

  /// The kind of failure.
  public var code: Code
  /// Bounds of the pulses fired by the failed call.
  public var fired: ClosedRange<Int>
  /// What was done before the failure, where the device knows it exactly.
  public var partial: Receipt?
  /// One sentence for the user: the object, the number asked, the limit, what to do.
  public var explanation: String

  /// Describes a failure.
  public init(
    code: Code, fired: ClosedRange<Int> = 0...0, partial: Receipt? = nil, explanation: String
  ) {
    self.code = code
    self.fired = fired
    self.partial = partial
    self.explanation = explanation
  }

  /// A call that cost no pulse.
  public static func refused(_ explanation: String) -> DeviceError {
    DeviceError(code: .refused, explanation: explanation)
  }

  /// Whether the same call may be made again.
  public var retryAdvice: RetryAdvice {
    switch code {
    case .refused, .overBudget, .overLimit, .notRecorded, .notArmed, .readingLost, .busy,
      .notFound, .permissionDenied:
      .safe
    case .interrupted, .linkLost, .timedOut: .afterReadback
    case .faulted: .never
    }
  }

  /// The explanation.
  public var description: String { explanation }
}

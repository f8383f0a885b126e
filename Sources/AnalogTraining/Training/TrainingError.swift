/// Why a training cannot begin or go on.
public struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing is wrong.
  public enum Code: String, Sendable, Hashable {
    /// The settings make a rule that can never write a weight.
    case cannotFire
    /// The device is too small, or has too few tiles.
    case doesNotFit
    /// A setting is outside of its range, or unknown.
    case badSetting
    /// A checkpoint is of another training, or damaged.
    case otherSettings
  }

  /// What kind of thing is wrong.
  public var code: Code
  /// What happened, and what to do.
  public var explanation: String

  /// Describes a failure.
  public init(_ code: Code, _ explanation: String) {
    (self.code, self.explanation) = (code, explanation)
  }

  /// What happened, and what to do.
  public var description: String { explanation }
}

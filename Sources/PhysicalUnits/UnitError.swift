/// A text or a number that is no quantity of the unit asked for.
public struct UnitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with it.
  public enum Code: Sendable, Hashable {
    /// There is no number at the start of the text.
    case notANumber
    /// The number is infinite or NaN.
    case notFinite
    /// There is a number, but no unit after it.
    case missingUnit
    /// The unit or its prefix is not one that is known here.
    case unknownUnit
    /// The number is negative where only a positive one has a meaning.
    case negative
    /// The number is too large, or finer than the smallest step.
    case notRepresentable
    /// A range whose ends or step contradict each other.
    case contradictoryRange
  }

  /// What is wrong.
  public var code: Code
  /// The text or number as given.
  public var text: String
  /// One sentence for the user: what was given, and what would be accepted.
  public var explanation: String

  /// Makes an error.
  public init(code: Code, text: String, explanation: String) {
    self.code = code
    self.text = text
    self.explanation = explanation
  }

  /// The explanation.
  public var description: String { explanation }
}

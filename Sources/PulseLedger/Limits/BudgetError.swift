/// A text that is no pulse budget.
public struct BudgetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text as given.
  public let text: String
  /// What is wrong with it, and what would be accepted.
  public let explanation: String
  /// The explanation.
  public var description: String { explanation }
}

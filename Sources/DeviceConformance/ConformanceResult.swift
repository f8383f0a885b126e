/// What a check found.
public struct ConformanceResult: Sendable, Hashable {
  /// The possible ends of a check.
  public enum Outcome: Sendable, Hashable {
    /// The device keeps the contract.
    case passed
    /// It does not; the text says what was expected and what was found.
    case failed(String)
    /// Its capabilities exclude what was to be checked.
    case skipped(String)
  }

  /// The name of the check.
  public let check: String
  /// The sentence of the contract.
  public let requirement: String
  /// How it ended.
  public let outcome: Outcome
}

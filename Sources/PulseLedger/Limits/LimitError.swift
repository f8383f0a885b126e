/// A limit that means nothing, or that cannot be enforced.
///
/// Such a limit is never ignored: without it, what it was to forbid would be allowed.
public struct LimitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Who set the limit.
  public var setBy: String
  /// The limit, what is wrong with it, and what would be accepted.
  public var explanation: String
  /// Who, and the explanation.
  public var description: String { "\(setBy): \(explanation)" }
}

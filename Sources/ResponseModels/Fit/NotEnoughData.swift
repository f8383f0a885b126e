/// A quantity that a curve does not determine, and why.
public struct NotEnoughData: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The name of the quantity.
  public let quantity: String
  /// Why the data do not determine it, and what would help.
  public let reason: String

  /// Creates the finding.
  public init(quantity: String, reason: String) {
    self.quantity = quantity
    self.reason = reason
  }

  /// The finding as one sentence.
  public var description: String { "not enough data for the \(quantity): \(reason)" }
}

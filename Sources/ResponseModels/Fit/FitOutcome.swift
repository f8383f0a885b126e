/// What a fit says about one quantity: an estimate, or why the data do not determine it.
public enum FitOutcome: Sendable, Hashable, Codable {
  /// The data determine the quantity.
  case determined(Estimate)
  /// The data do not determine the quantity named, for the reason given.
  case notEnoughData(for: String, reason: String)

  /// The estimate, or nil when there is not enough data.
  public var estimate: Estimate? {
    if case .determined(let estimate) = self { return estimate }
    return nil
  }

  /// The fitted value, or nil when there is not enough data.
  public var value: Double? { estimate?.value }

  /// The reason why there is not enough data, or nil when there is.
  public var reason: String? {
    if case .notEnoughData(_, let reason) = self { return reason }
    return nil
  }
}

/// One parameter of a fitted response function.
public struct FitParameter: Sendable, Hashable, Codable {
  /// The name, ending in `Up` or `Down`; ``ResponseCandidate/parameters`` lists the names.
  public let name: String
  /// The value and its interval, in the unit of the fit.
  public let estimate: Estimate

  /// Creates a parameter.
  public init(name: String, estimate: Estimate) {
    self.name = name
    self.estimate = estimate
  }
}

/// One shape of the response function, fitted to a curve, and how well it predicts.
public struct ResponseCandidate: Sendable, Hashable, Codable {
  /// The shape.
  public let shape: ResponseShape
  /// The parameters, up before down, in the unit of the fit (see ``ResponseFit/scale``).
  ///
  /// With w the state, R the width of the window, and the upper sign for up:
  /// - linear: `a`, `s`, `b` with step `a -+ s w` and its zero `b = +-a/s`, infinite for s <= 0;
  /// - exponential: `c0`, `c1`, `c2` with step `max(0, c0 - c1 exp(+-c2 w))`;
  /// - power: `k`, `b`, `g` with step `k (+-(b - w)/R)^g`, 0 beyond b;
  /// - piecewise: `step0`, `step1`, ..., the steps at equally spaced states from the low to the
  ///   high end of the window, linear between.
  ///
  /// Each name ends in `Up` or `Down`.
  public let parameters: [FitParameter]
  /// The response to up pulses, or nil if none were measured.
  public let up: ResponseSide?
  /// The response to down pulses, or nil if none were measured.
  public let down: ResponseSide?
  /// The mean log predictive density of held-out states, in nats a state; higher is better.
  public let score: Double?
  /// How much better the best candidate scores, in nats a state; 0 for the best.
  public let scoreBelowBest: Double?
  /// The standard error of ``scoreBelowBest``, over the held-out blocks.
  public let scoreStandardError: Double?
  /// Why the candidate could not be fitted or scored, or nil.
  public let failure: String?

  /// The value of a parameter, or nil if the shape has none of this name.
  public subscript(name: String) -> Double? {
    parameters.first { $0.name == name }?.estimate.value
  }

  /// The steps at the nodes of a piecewise response, or nil for another shape or direction.
  public func table(_ direction: PulseDirection) -> [Estimate]? {
    guard shape == .piecewise else { return nil }
    let end = direction == .up ? "Up" : "Down"
    let steps = parameters.filter { $0.name.hasSuffix(end) }.map(\.estimate)
    return steps.isEmpty ? nil : steps
  }
}

/// What is known of the symmetric point of a cell before it is pulsed: an earlier estimate, or a guess.
public struct KnownPoint: Sendable, Hashable, Codable {
  /// The value, as a weight.
  public var value: Double
  /// Its standard deviation.
  public var deviation: Double

  /// Describes what is known.
  ///
  /// - Precondition: the standard deviation is above 0.
  public init(value: Double, deviation: Double) {
    precondition(deviation > 0, "nothing is known for sure")
    (self.value, self.deviation) = (value, deviation)
  }
}

extension LineBelief {
  /// The same for a cell of which more is known: where its lines cross.
  ///
  /// That the steps up and down are equal at a weight u is linear in the lines: `(a+ - a-) - u (s+ + s-) = 0`, with an
  /// error of the standard deviation of u times the sum of the slopes.
  func knowing(_ point: KnownPoint?) -> LineBelief {
    guard let point else { return self }
    let direction = SIMD4<Double>(1, -point.value, -1, -point.value)
    let spread = covariance.times(direction)
    let error = point.deviation * (mean[1] + mean[3])
    let variance = (direction * spread).sum() + error * error
    var belief = self
    belief.mean -= spread * ((direction * mean).sum() / variance)
    for column in 0..<4 { belief.covariance[column] -= spread * (spread[column] / variance) }
    return belief
  }
}

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

  /// The same, with the value as told from another weight than 0.
  func told(from origin: Double) -> KnownPoint {
    KnownPoint(value: value - origin, deviation: deviation)
  }
}

extension LineBelief {
  /// The same for a cell of which it is known where its lines cross.
  ///
  /// The mean height and the slopes are believed to be as in any other cell, and the difference of the heights is what
  /// the slopes make of the symmetric point u: `a+ - a- = u (s+ + s-)`, with the standard deviation of u times the sum of
  /// the slopes. It takes the place of what the array says of that difference. As a measurement beside it, it would be
  /// met best by slopes that are none, since cells that were calibrated stand where their steps are equal.
  func around(_ point: KnownPoint) -> LineBelief {
    let half = point.value / 2
    // Up step, up slope, down step, down slope, each from all four.
    let rows = [
      SIMD4<Double>(0.5, half, 0.5, half), SIMD4<Double>(0, 1, 0, 0),
      SIMD4<Double>(0.5, -half, 0.5, -half), SIMD4<Double>(0, 0, 0, 1),
    ]
    func moved(_ column: SIMD4<Double>) -> SIMD4<Double> {
      SIMD4(
        (rows[0] * column).sum(), (rows[1] * column).sum(), (rows[2] * column).sum(),
        (rows[3] * column).sum())
    }
    let error = point.deviation * abs(mean[1] + mean[3]) / 2
    let way = SIMD4<Double>(1, 0, -1, 0) * error
    var left = LineCovariance(diagonal: SIMD4(repeating: 0))
    for column in 0..<4 { left[column] = moved(covariance[column]) }
    var both = LineCovariance(diagonal: SIMD4(repeating: 0))
    for column in 0..<4 { both[column] = left.times(rows[column]) + way * way[column] }
    return LineBelief(mean: moved(mean), covariance: both)
  }
}

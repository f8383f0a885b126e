/// What a Kalman filter knows of a cell: its weight, and the two lines of its response, both as told from an origin.
struct LineState: Sendable {
  /// How far the weight is from the origin.
  private(set) var moved: Double
  /// The lines as told from there.
  private(set) var lines: StraightLines
  var weightVariance: Double
  /// Covariance of the weight with the lines.
  private(set) var cross = SIMD4<Double>(repeating: 0)
  /// Covariance of the lines.
  private(set) var covariance: LineCovariance

  init(_ belief: LineBelief, moved: Double, variance: Double) {
    (self.moved, weightVariance) = (moved, variance)
    lines = StraightLines(belief.mean)
    covariance = belief.covariance
  }

  /// Takes pulses, as a step that is linear in the weight and the lines.
  ///
  /// - Parameters:
  ///   - decay: what is left of the weight before.
  ///   - shift: the weight after it is `decay * w + shift`, at the lines around which it is linear.
  ///   - gradient: the derivative of the weight after it by the lines.
  ///   - variance: what the noise of the pulses adds.
  mutating func step(
    decay: Double, shift: Double, gradient: SIMD4<Double>, variance: Double,
    around known: StraightLines
  ) {
    let spread = covariance.times(gradient)
    moved = decay * moved + shift + (gradient * (lines.values - known.values)).sum()
    weightVariance =
      decay * decay * weightVariance + 2 * decay * (gradient * cross).sum()
      + (gradient * spread).sum() + variance
    cross = cross * decay + spread
  }

  /// Knows of the weight what was read, and nothing else.
  mutating func restart(at reading: Double, variance: Double) {
    moved = reading
    weightVariance = variance
    cross = SIMD4(repeating: 0)
  }

  /// Takes a reading by how far it is from what was expected.
  ///
  /// - Parameters:
  ///   - variance: what was to be expected of the innovation.
  ///   - read: that of the reading alone.
  mutating func take(_ innovation: Double, variance: Double, read: Double) {
    let gain = cross / variance
    moved += weightVariance / variance * innovation
    lines.values += gain * innovation
    for column in 0..<4 { covariance[column] -= gain * cross[column] }
    let left = read / variance
    weightVariance *= left
    cross *= left
  }

  /// The symmetric point and its standard deviation.
  func symmetricPoint(leastSlope: Double, origin: Double) -> (value: Double, deviation: Double) {
    let slope = max(lines.values[1] + lines.values[3], leastSlope)
    let point = (lines.values[0] - lines.values[2]) / slope
    let direction = SIMD4<Double>(1, -point, -1, -point)
    let spread = covariance.times(direction)
    // A ratio spreads further than its first derivatives say, where the slopes themselves are not well known.
    let slopes = covariance[1][1] + covariance[3][3] + 2 * covariance[1][3]
    let variance =
      (direction * spread).sum() / (slope * slope) * (1 + 3 * max(slopes, 0) / (slope * slope))
    // The mean of a ratio of two numbers that vary together, to second order.
    let bias = (spread[1] + spread[3]) / (slope * slope)
    return (origin + point - bias, max(variance, 0).squareRoot())
  }
}

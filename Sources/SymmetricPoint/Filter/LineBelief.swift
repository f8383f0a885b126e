/// What is believed of straight lines: a mean and a covariance.
struct LineBelief: Sendable {
  var mean: SIMD4<Double>
  var covariance: LineCovariance

  init(mean: SIMD4<Double>, covariance: LineCovariance) {
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// Before any pulse: four independent numbers.
  ///
  /// - Parameter start: the weight that the lines are told from.
  init(_ expected: ResponseExpectation, from start: Double = 0) {
    let middle = (expected.window.lowerBound + expected.window.upperBound) / 2 - start
    let slope = expected.slope
    mean = SIMD4(
      expected.step + slope * middle, slope, expected.step - slope * middle, slope)
    let step = expected.step * expected.stepSpread
    let slopes = slope * expected.slopeSpread
    covariance = LineCovariance(
      diagonal: SIMD4(step * step, slopes * slopes, step * step, slopes * slopes))
  }
}

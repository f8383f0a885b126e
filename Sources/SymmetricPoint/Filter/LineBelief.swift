/// What is believed of straight lines: a mean and a covariance.
struct LineBelief: Sendable {
  var mean: SIMD4<Double>
  var covariance: LineCovariance

  init(mean: SIMD4<Double>, covariance: LineCovariance) {
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// Before any pulse: four independent numbers.
  init(_ expected: ResponseExpectation) {
    let middle = (expected.window.lowerBound + expected.window.upperBound) / 2
    let slope = expected.slope
    mean = SIMD4(
      expected.step + slope * middle, slope, expected.step - slope * middle, slope)
    let step = expected.step * expected.stepSpread
    let slopes = slope * expected.slopeSpread
    covariance = LineCovariance(
      diagonal: SIMD4(step * step, slopes * slopes, step * step, slopes * slopes))
  }
}

/// The covariance of four numbers, by its columns; symmetric.
typealias LineCovariance = InlineArray<4, SIMD4<Double>>

extension LineCovariance {
  init(diagonal: SIMD4<Double>) {
    self.init(repeating: SIMD4(repeating: 0))
    for place in 0..<4 { self[place][place] = diagonal[place] }
  }

  /// The product with a column.
  func times(_ column: SIMD4<Double>) -> SIMD4<Double> {
    self[0] * column[0] + self[1] * column[1] + self[2] * column[2] + self[3] * column[3]
  }
}

import Testing

@testable import SymmetricPoint

/// A burst in one step is its pulses one by one.
@Suite struct BurstModelTests {
  static let lines: [StraightLines] = [
    StraightLines(upStep: 0.0012, upSlope: 0.001, downStep: 0.0008, downSlope: 0.001),
    StraightLines(upStep: 0.09, upSlope: 0.07, downStep: 0.11, downSlope: 0.12),
    StraightLines(upStep: 0.002, upSlope: 0, downStep: 0.002, downSlope: -0.0005),
    // Where one minus the decay has few digits left.
    StraightLines(upStep: 0.001, upSlope: 1e-9, downStep: 0.001, downSlope: 2e-7),
  ]

  /// The state after single pulses, the sum of their variances, both by definition.
  static func pulsed(
    _ pulses: Int, _ lines: StraightLines, from weight: Double
  ) -> (weight: Double, variance: Double) {
    var (weight, variance) = (weight, 0.0)
    for _ in 0..<abs(pulses) {
      let slope = pulses > 0 ? lines.values[1] : lines.values[3]
      weight += pulses > 0 ? lines.up(at: weight) : -lines.down(at: weight)
      variance = variance * (1 - slope) * (1 - slope) + 1
    }
    return (weight, variance)
  }

  @Test(arguments: [1, -1, 2, 7, -40, 300, -1000], [-0.4, 0, 0.7])
  func theStateIsThatOfSinglePulses(pulses: Int, weight: Double) {
    for lines in Self.lines {
      let model = BurstModel(pulses: pulses, lines: lines, weight: weight)
      let exact = Self.pulsed(pulses, lines, from: weight)
      // Rounding errors of as many additions.
      let tolerance = 1e-12 * Double(abs(pulses)) + 1e-10
      #expect(abs(model.decay * weight + model.shift - exact.weight) < tolerance)
      #expect(abs(model.variance / exact.variance - 1) < 1e-7)
    }
  }

  /// The derivatives against differences of single pulses.
  @Test(arguments: [1, -3, 20, -150])
  func theGradientIsThatOfSinglePulses(pulses: Int) {
    for lines in Self.lines {
      let model = BurstModel(pulses: pulses, lines: lines, weight: 0.3)
      for place in 0..<4 {
        let width = 1e-6
        var (more, less) = (lines, lines)
        more.values[place] += width
        less.values[place] -= width
        let difference =
          (Self.pulsed(pulses, more, from: 0.3).weight
            - Self.pulsed(pulses, less, from: 0.3).weight) / (2 * width)
        // Differences are good to the square of their width, and lose digits to rounding.
        let tolerance = 1e-6 * max(1, abs(difference)) + 1e-12 * Double(pulses * pulses) / width
        #expect(abs(model.gradient[place] - difference) < tolerance, "\(place) of \(lines)")
      }
    }
  }
}

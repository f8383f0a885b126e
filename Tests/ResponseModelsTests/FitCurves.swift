import ReproducibleNoise
import ResponseModels

/// Curves drawn from known responses, for the tests of the fit.
struct FitCurves {
  let up: (Double) -> Double
  let down: (Double) -> Double
  var start = -0.7
  var turn = 0.8

  /// Soft bounds at 1.2 and -0.9 with a steeper down side.
  static func linear(_ step: Double) -> FitCurves {
    FitCurves(up: { step * (1 - $0 / 1.2) }, down: { 1.1 * step * (1 + $0 / 0.9) })
  }

  /// Draws a curve of `count` states a direction.
  ///
  /// Correlated noise has a correlation of 0.9 from one pulse to the next.
  func draw(
    _ count: Int, stepNoise: Double, noise: Double, correlatedNoise: Double = 0, seed: UInt64
  ) -> PulseCurve {
    var random = RandomStream(seed: seed)
    var state = start
    var lasting = correlatedNoise * random.gaussian()
    func observe(_ state: Double) -> Double {
      lasting = 0.9 * lasting + (1 - 0.81).squareRoot() * correlatedNoise * random.gaussian()
      return state + lasting + noise * random.gaussian()
    }
    var rising: [Double] = []
    var falling: [Double] = []
    for _ in 0..<count {
      state += up(state) + stepNoise * random.gaussian()
      rising.append(observe(state))
    }
    state = turn
    for _ in 0..<count {
      state += -down(state) + stepNoise * random.gaussian()
      falling.append(observe(state))
    }
    return PulseCurve(branches: [
      .init(direction: .up, states: rising), .init(direction: .down, states: falling),
    ])
  }
}

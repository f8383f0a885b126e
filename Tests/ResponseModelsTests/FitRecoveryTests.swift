import Foundation
import ResponseModels
import Testing

@Suite("Recovering known responses")
struct FitRecoveryTests {
  private func near(_ value: Double?, _ truth: Double, _ relative: Double = 1e-6) -> Bool {
    guard let value else { return false }
    return abs(value - truth) <= relative * max(abs(truth), 1e-3)
  }

  @Test("A noise-free line is recovered, and chosen over the freer shapes")
  func exactLine() {
    let fit = ResponseFitter(replicates: 10).fit(
      FitCurves.linear(0.02).draw(100, stepNoise: 0, noise: 0, seed: 1))
    #expect(fit.chosenShape == .linear)
    #expect(near(fit.chosen?["aUp"], 0.02))
    #expect(near(fit.chosen?["sUp"], 0.02 / 1.2))
    #expect(near(fit.chosen?["bUp"], 1.2))
    #expect(near(fit.chosen?["aDown"], 0.022))
    #expect(near(fit.chosen?["bDown"], -0.9))
    let point = -0.002 / (0.02 / 1.2 + 0.022 / 0.9)
    #expect(near(fit.symmetricPoint.value, point))
    #expect(near(fit.granularity.value, 0.021))
    #expect((fit.stepNoise.value ?? 1) < 1e-8)
    #expect((fit.observationNoise.value ?? 1) < 1e-8)
  }

  @Test("A noise-free exponential response is recovered and chosen")
  func exactExponential() {
    let curves = FitCurves(
      up: { max(0, 0.02 * (1.3 - 0.3 * exp(1.2 * $0))) },
      down: { max(0, 0.02 * (1.35 - 0.3 * exp(-1.4 * $0))) })
    let fit = ResponseFitter(replicates: 10).fit(
      curves.draw(100, stepNoise: 0, noise: 0, seed: 1))
    #expect(fit.chosenShape == .exponential)
    #expect(near(fit.chosen?["c0Up"], 0.026))
    #expect(near(fit.chosen?["c1Up"], 0.006))
    #expect(near(fit.chosen?["c2Up"], 1.2))
    #expect(near(fit.chosen?["c0Down"], 0.027))
    #expect(near(fit.chosen?["c1Down"], 0.006))
    #expect(near(fit.chosen?["c2Down"], 1.4))
  }

  @Test("A noise-free power response is recovered and chosen")
  func exactPower() {
    let curves = FitCurves(
      up: { $0 < 1.2 ? 0.02 * pow((1.2 - $0) / 1.2, 1.8) : 0 },
      down: { $0 > -1.1 ? 0.022 * pow(($0 + 1.1) / 1.1, 1.5) : 0 })
    let fit = ResponseFitter(replicates: 10).fit(
      curves.draw(100, stepNoise: 0, noise: 0, seed: 1))
    let width = fit.high - fit.low
    #expect(fit.chosenShape == .power)
    #expect(near(fit.chosen?["bUp"], 1.2))
    #expect(near(fit.chosen?["gUp"], 1.8))
    #expect(near(fit.chosen?["kUp"], 0.02 * pow(width / 1.2, 1.8)))
    #expect(near(fit.chosen?["bDown"], -1.1))
    #expect(near(fit.chosen?["gDown"], 1.5))
    for weight in [-0.6, 0, 0.5] {
      #expect(near(fit.upStep(at: weight), curves.up(weight)))
      #expect(near(fit.downStep(at: weight), curves.down(weight)))
    }
  }

  @Test("Observation noise alone does not feign a slope, as a regression of differences would")
  func errorsInVariables() {
    // A regression of differences on states finds a slope of about r^2/var(y) = 0.3 here.
    let seed: UInt64 = 11
    print("seed \(seed)")
    let curves = FitCurves(up: { _ in 0.002 }, down: { _ in 0.002 }, start: -0.25, turn: 0.25)
    let fit = ResponseFitter(replicates: 20, seed: seed, shapes: [.linear]).fit(
      curves.draw(250, stepNoise: 0.0005, noise: 0.1, seed: seed))
    // Over 100 seeds the slopes scattered by 0.0015: five deviations, false alarm 1e-6.
    for name in ["sUp", "sDown"] {
      #expect(abs(fit.chosen?[name] ?? 1) < 0.008)
    }
    // Four standard errors of a standard deviation over 500 states: false alarm 6e-5.
    #expect(abs((fit.observationNoise.value ?? 0) / 0.1 - 1) < 4 / 1000.0.squareRoot())
  }

  @Test("Conductances are fitted as weights from -1 to 1, and lead back")
  func conductances() {
    let weights = FitCurves.linear(0.02).draw(100, stepNoise: 0, noise: 0, seed: 1)
    let siemens = PulseCurve(
      branches: weights.branches.map {
        .init(direction: $0.direction, states: $0.states.map { 3e-5 + 1e-5 * $0 })
      }, quantity: .siemens)
    let fit = ResponseFitter(replicates: 5, shapes: [.linear]).fit(siemens)
    #expect(near(fit.low, -1))
    #expect(near(fit.high, 1))
    let point = -0.002 / (0.02 / 1.2 + 0.022 / 0.9)
    let found = fit.symmetricPoint.value.map { fit.scale.original($0) }
    #expect(near(found.map { ($0 - 3e-5) / 1e-5 }, point))
    #expect(fit.granularityPoint == 0)
  }

  @Test("Curves that do not close, in many branches, are fitted with a start for each")
  func manyBranches() {
    let line = FitCurves.linear(0.02)
    var branches: [PulseCurve.Branch] = []
    for start in [-0.6, -0.1, 0.3] {
      var (rise, fall) = (start, start + 0.4)
      var (up, down): ([Double], [Double]) = ([], [])
      for _ in 0..<15 {
        rise += line.up(rise)
        fall -= line.down(fall)
        up.append(rise)
        down.append(fall)
      }
      branches += [.init(direction: .up, states: up), .init(direction: .down, states: down)]
    }
    let fit = ResponseFitter(replicates: 5, shapes: [.linear]).fit(PulseCurve(branches: branches))
    #expect(near(fit.chosen?["bUp"], 1.2))
    #expect(near(fit.chosen?["bDown"], -0.9))
  }
}

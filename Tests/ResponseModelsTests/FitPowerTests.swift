import Foundation
import Testing

@testable import ResponseModels

@Suite("Power laws stay physical")
struct FitPowerTests {
  /// The measured curve that the project ships.
  private func measured() throws -> PulseCurve {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Examples/curves/gong_et_al.csv")
    return try PulseCurve(data: try Data(contentsOf: file), source: "gong_et_al.csv")
  }

  @Test("On a noisy measured curve, exponents and bounds are those of a device")
  func measuredCurve() throws {
    let curve = try measured()
    let fit = ResponseFitter(replicates: 2, shapes: [.power], folds: 2).fit(curve)
    let width = fit.high - fit.low
    for (direction, end) in [(PulseDirection.up, "Up"), (.down, "Down")] {
      let exponent = try #require(fit.chosen?["g" + end])
      #expect(exponent >= 0.1 - 1e-12 && exponent <= 5 + 1e-12)
      let bound = try #require(fit.chosen?["b" + end])
      #expect(bound > fit.low - 3.001 * width && bound < fit.high + 3.001 * width)
      let scale = try #require(fit.chosen?["k" + end])
      #expect(scale > 1e-5 && scale < 1)
      // 3.5 deviations of the read noise, 0.113 and 0.117 by the second differences of the curve,
      // and a margin of a tenth for how the noise is split.
      let states = curve.branches.filter { $0.direction == direction }.flatMap(\.states)
      let farthest = states.map { direction.sign * $0 }.max() ?? 0
      #expect(direction.sign * bound > farthest - 0.45)
    }
    // Up steps used to be 0 from 0.95 on, which a tenth of the states after up pulses exceed.
    #expect((fit.upStep(at: 1) ?? 0) > 1e-4)
  }

  @Test("A curve that rests at its bound still gives the bound")
  func saturated() throws {
    let seeds = UInt64(50)..<60
    print("seeds \(seeds)")
    let curves = FitCurves(
      up: { $0 < 1 ? 0.03 * (1 - $0) : 0 }, down: { $0 > -1 ? 0.03 * (1 + $0) : 0 })
    var (near, held, asked) = (0, 0, 0)
    for seed in seeds {
      let fit = ResponseFitter(replicates: 40, seed: seed, shapes: [.power]).fit(
        curves.draw(300, stepNoise: 0.002, noise: 0.03, seed: seed))
      for (name, truth) in [("bUp", 1.0), ("bDown", -1)] {
        let found = try #require(fit.chosen?.parameters.first { $0.name == name }).estimate
        asked += 1
        near += abs(found.value - truth) < 0.1 ? 1 : 0
        held += found.contains(truth) ? 1 : 0
      }
    }
    print("held \(held), near \(near) of \(asked)")
    // The values scattered by 0.012, so that none should be far off. The intervals held 18 of 20;
    // at that rate, 12 or fewer have a probability of 4e-4.
    #expect(near == asked)
    #expect(held > 12)
  }

  @Test("The search cannot put a bound amid the states of an exact curve")
  func exactBounds() throws {
    let curve = FitCurves.linear(0.02).draw(60, stepNoise: 0, noise: 0, seed: 1)
    let window = try #require(curve.window)
    let half = (window.upperBound - window.lowerBound) / 2
    let series = [PulseDirection.up, .down].enumerated().map {
      FitSeries(
        curve, [$0.element], sides: [$0.offset], middle: window.lowerBound + half, half: half)
    }
    let models = ModelSearch(series, [.up, .down]).fit([.power])
    let layout = try #require(models.first).layout
    let (low, high) = layout.bounds(maximumCorrelation: 1)
    for (side, one) in series.enumerated() {
      let farthest = max(try #require(one.states.max()), 2 / 3)
      #expect(abs(1 / high[3 * side + 2] - farthest) < 1e-6)
      #expect(low[3 * side + 1] == 0.1 && high[3 * side + 1] == 5)
      #expect(abs(1 / low[3 * side + 2] - 7) < 1e-12)
    }
  }
}

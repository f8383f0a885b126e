import Foundation
import Testing

@testable import SymmetricPoint

/// Pulses of both polarities in one step are these pulses one by one.
@Suite struct PulseStepTests {
  static let lines = StraightLines(
    upStep: 0.09, upSlope: 0.07, downStep: 0.11, downSlope: 0.12)

  /// The state after single pulses.
  static func pulsed(_ acts: [CellActs], _ lines: StraightLines, from start: Double) -> Double {
    var weight = start
    func pulse(_ isUp: Bool) {
      weight += isUp ? lines.up(at: weight) : -lines.down(at: weight)
    }
    for act in acts {
      switch act {
      case .burst(let count): for _ in 0..<abs(count) { pulse(count > 0) }
      case .pairs(let pairs):
        for _ in 0..<pairs {
          pulse(true)
          pulse(false)
        }
      }
    }
    return weight
  }

  static func step(_ acts: [CellActs], _ lines: StraightLines) -> PulseStep {
    acts.reduce(PulseStep()) { $0.then($1.step(lines, noise: (0.01, 0.02))) }
  }

  @Test(arguments: [
    [CellActs.burst(1)], [.burst(-3)], [.pairs(17)], [.burst(5), .pairs(2), .burst(-9)],
  ])
  func mixedPulsesAreTheSingleOnes(acts: [CellActs]) {
    let step = Self.step(acts, Self.lines)
    let exact = Self.pulsed(acts, Self.lines, from: 0.3)
    #expect(abs(step.decay * 0.3 + step.shift - exact) < 1e-12)
    for place in 0..<4 {
      // A difference of width h is off by h squared, and by the rounding of what it divides.
      let width = 1e-5
      var (more, less) = (Self.lines, Self.lines)
      more.values[place] += width
      less.values[place] -= width
      let difference =
        (Self.pulsed(acts, more, from: 0.3) - Self.pulsed(acts, less, from: 0.3)) / (2 * width)
      #expect(abs(step.gradient(at: 0.3)[place] - difference) < 1e-6 * max(1, abs(difference)))
    }
  }

  /// One up and one down: the noise of the first is what the second leaves of it.
  @Test func noiseOfEarlierPulsesDecays() {
    let step = Self.step([.pairs(1)], Self.lines)
    #expect(abs(step.variance - (0.88 * 0.88 * 0.01 * 0.01 + 0.02 * 0.02)) < 1e-15)
  }

  /// Mean and variance of a normal that is cut off at a bound, by the sum over a fine grid: good to the square of its
  /// width.
  @Test(arguments: [-0.3, 0.1, 0.35, 0.9], [true, false])
  func aBoundCutsTheNormalOff(weight: Double, isUpper: Bool) {
    let lines = StraightLines(upStep: 0.5, upSlope: 0.5, downStep: 0.5, downSlope: 0.5)
    let one = PulseStep(up: isUpper, lines: lines, noise: 0.15)
    let (start, bound) = isUpper ? (weight, 1.0) : (-weight, -1.0)
    let cut = one.stopped(
      at: bound, byLines: SIMD4(repeating: 0), isUpper: isUpper, weight: start, spread: 0.04)
    let mean = one.decay * start + one.shift
    let deviation = (one.decay * one.decay * 0.04 + one.variance).squareRoot()
    var (sum, first, second) = (0.0, 0.0, 0.0)
    for place in -8_000...8_000 {
      let x = Double(place) / 1_000
      let density = exp(-x * x / 2)
      let value = mean + deviation * x
      let held = isUpper ? min(value, bound) : max(value, bound)
      (sum, first, second) = (sum + density, first + density * held, second + density * held * held)
    }
    let (exact, variance) = (first / sum, second / sum - (first / sum) * (first / sum))
    #expect(abs(cut.decay * start + cut.shift - exact) < 1e-6)
    #expect(abs(cut.decay * cut.decay * 0.04 + cut.variance - variance) < 1e-6)
  }
}

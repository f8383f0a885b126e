import Foundation
import SymmetricPoint
import Testing

/// How fast zero-shifting approaches the symmetric point: predictions P1 and P2 for a device with
/// F = 1 and G = (w - sp) / tau at tau = 1, derived from arXiv 2602.21321, theorems 2.2 and C.2.
@Suite struct DecayTests {
  /// P1: the mean error decays as (w0 - sp) exp(-N dw), and the standard deviation of the estimates
  /// over the array as that of the truth times 1 - exp(-N dw).
  ///
  /// 1,024 cells and three seeds. Tolerances: one step for the phase in which the cyclic variant
  /// stops; for the stochastic variant 4.5 standard errors of its floor, the false alarm of a mean being
  /// 7e-6. Spreads are given 4.5 standard errors of the floor over 2 (N - 1) as well.
  @Test(arguments: ZeroShifting.Variant.allCases, [1, 2, 3])
  func meanErrorDecays(variant: ZeroShifting.Variant, seed: UInt64) async throws {
    print("seed \(seed)")
    let subject = try await Subject("low-noise", seed: seed, options: [("noise", "off")])
    let step = 0.001
    let record = try await subject.zeroShift(variant, pulses: 8000, seed: seed, checkpoints: 16)
    let truth = subject.truth.compactMap { $0 }
    let floor = variant == .stochastic ? (step / 2).squareRoot() : 0
    let tolerance = 4.5 * floor / Double(truth.count).squareRoot() + step
    for pulses in [500, 1000, 2000, 4000, 8000] {
      let entry = try #require(record.pulses.firstIndex(of: pulses))
      let errors = subject.errors(record.ends[entry])
      let left = exp(-Double(pulses) * step)
      #expect(abs(mean(errors) + mean(truth) * left) < tolerance, "N = \(pulses)")
      // Independent noise adds in quadrature to what is left of the spread.
      let expected = standardDeviation(truth) * (1 - left)
      let noisy = (expected * expected + floor * floor).squareRoot()
      let spread = standardDeviation(record.ends[entry].map(Double.init))
      // Each stochastic path ends with its own part of the floor, correlated with nothing.
      #expect(
        spread > expected - 2 * tolerance && spread < noisy + 2 * tolerance, "N = \(pulses)")
    }
  }

  /// P2: a relative error of the mean of 1 % takes ln(100) / dw pulses.
  ///
  /// After the down pulse of a pair
  /// the state is half a step low, which costs a few more.
  ///
  /// Without noise; tolerances are the spacing of the reads and terms of order dw.
  @Test(arguments: [0.002, 0.001])
  func onePercentTakesSoManyPulses(step: Double) async throws {
    let subject = try await Subject(
      "low-noise", rows: 16, seed: 4, options: [("noise", "off"), ("dw_min", "\(step)")])
    let limit = Int(5.6 / step)
    let record = try await subject.zeroShift(.cyclic, pulses: limit, checkpoints: 280)
    let start = abs(mean(subject.errors(record.states[0])))
    func pulsesToOnePercent(_ states: [[Float]]) throws -> Double {
      let entry = try #require(
        states.firstIndex { abs(mean(subject.errors($0))) <= 0.01 * start })
      return Double(record.pulses[entry])
    }
    let spacing = Double(limit) / 280
    let between = try pulsesToOnePercent(record.states)
    #expect(abs(between - log(100) / step) < spacing + 0.01 / step)
    // start exp(-N dw) + dw / 2 = 0.01 start
    let late = -log(0.01 - step / 2 / start) / step
    #expect(abs(try pulsesToOnePercent(record.ends) - late) < spacing + 0.02 / step)
  }

  /// P2: the number of pulses is inversely proportional to the step: the slope of log N over
  /// log 1/dw is 1, here within 2 % for the spacing of the reads.
  @Test func pulsesGrowAsTheInverseOfTheStep() async throws {
    var counts: [Double] = []
    for step in [0.004, 0.001] {
      let subject = try await Subject(
        "low-noise", rows: 8, seed: 4, options: [("noise", "off"), ("dw_min", "\(step)")])
      let record = try await subject.zeroShift(
        .cyclic, pulses: Int(5.2 / step), checkpoints: 260)
      let start = abs(mean(subject.errors(record.states[0])))
      let entry = try #require(
        record.states.firstIndex { abs(mean(subject.errors($0))) <= 0.01 * start })
      counts.append(Double(record.pulses[entry]))
    }
    #expect(abs(log(counts[1] / counts[0]) / log(4) - 1) < 0.02)
  }
}

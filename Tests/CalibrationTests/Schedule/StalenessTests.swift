import Foundation
import PhysicalUnits
import ReproducibleNoise
import SymmetricPoint
import Testing

@testable import Calibration

/// How estimates go stale, and what two calibrations of the same cells say of it.
@Suite struct StalenessTests {
  private static func estimate(
    _ value: Double, _ deviation: Double, _ verdict: SymmetricPointEstimate.Verdict = .converged
  ) -> SymmetricPointEstimate {
    SymmetricPointEstimate(
      value: Float(value), halfWidth: Float(1.96 * deviation), pulses: 100, verdict: verdict)
  }

  /// Variances add up: 3 and 4 are 5.
  @Test func variancesAddUp() throws {
    let model = StalenessModel(time: 1e-8, exposures: 2e-10, pulses: 4e-9)
    let age = CellAge(time: Seconds(800), exposures: 20_000, pulses: 1_000)
    #expect(abs(model.growth(in: age) - 1.6e-5) < 1e-17)
    #expect(abs(model.deviation(0.003, after: age) - 0.005) < 1e-12)
    // All that happened in 800 s added 1.6e-5; 1.1e-5 more reach a variance of 3.6e-5.
    let left = try #require(model.timeLeft(until: 0.006, from: 0.003, after: age)).value
    #expect(abs(left - 800 * 1.1 / 1.6) < 1e-6)
    #expect(model.timeLeft(until: 0.004, from: 0.003, after: age) == .zero)
    #expect(StalenessModel(pulses: 1e-9).timeLeft(until: 1, from: 0.1, after: CellAge()) == nil)
  }

  /// Due is who is beyond the threshold, not who is at it, and nobody becomes due by waiting who has no symmetric point.
  @Test func whoIsDue() {
    let model = StalenessModel(time: 1e-8, exposures: 1e-9)
    let estimates = [
      Self.estimate(0.1, 0.01), Self.estimate(0.2, 0.01), Self.estimate(0.3, 0.018),
      Self.estimate(0.4, 1, .stuck), Self.estimate(0.5, 0.01),
    ]
    let ages = [1_000.0, 1_000, 10_000, 1e9, 30_000].enumerated().map { place, seconds in
      CellAge(time: Seconds(seconds), exposures: place == 1 ? 400_000 : 0)
    }
    let aged = model.aged(estimates, ages)
    #expect(aged.map(\.value) == estimates.map(\.value))
    #expect(abs(Double(aged[0].halfWidth) / 1.96 - 1.1e-4.squareRoot()) < 1e-8)
    #expect(StalenessModel.due(aged, threshold: 0.02) == [1, 2])
    #expect(StalenessModel.due(estimates, threshold: 0.02) == [])
  }

  /// A pair of calibrations with known rates.
  private static func pair(
    _ model: StalenessModel, cells: Int, _ random: inout RandomStream
  ) -> (earlier: [SymmetricPointEstimate], later: [SymmetricPointEstimate], ages: [CellAge]) {
    var (earlier, later): ([SymmetricPointEstimate], [SymmetricPointEstimate]) = ([], [])
    var ages: [CellAge] = []
    for cell in 0..<cells {
      // Cells of some rows are exposed more, and few are pulsed.
      let age = CellAge(
        time: Seconds(86_400), exposures: Double(cell % 16) * 1e5,
        pulses: cell % 3 == 0 ? 0 : Double(cell % 7) * 2_000)
      let point = 0.3 * random.gaussian()
      let moved = point + model.growth(in: age).squareRoot() * random.gaussian()
      earlier.append(estimate(point + 0.01 * random.gaussian(), 0.01))
      later.append(estimate(moved + 0.012 * random.gaussian(), 0.012))
      ages.append(age)
    }
    return (earlier, later, ages)
  }

  /// Rates come back, and their 95 % intervals hold them: of 20 pairs a right interval misses more than 4 with a chance
  /// of 0.3 % (binomial, 5 %), for each of three rates.
  @Test func ratesAreLearnt() throws {
    let seed: UInt64 = 20_265
    print("StalenessTests.ratesAreLearnt: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    let truth = StalenessModel(time: 4e-4 / 86_400, exposures: 3e-10, pulses: 5e-8)
    var missed = SIMD3<Int>(repeating: 0)
    var sum = SIMD3<Double>(repeating: 0)
    for _ in 0..<20 {
      let (earlier, later, ages) = Self.pair(truth, cells: 1_024, &random)
      let learnt = try #require(LearntStaleness(from: earlier, to: later, ages: ages))
      let intervals = [learnt.time, learnt.exposures, learnt.pulses]
      for place in 0..<3 {
        let interval = try #require(intervals[place])
        #expect(interval.contains(learnt.model.rates[place]))
        if !interval.contains(truth.rates[place]) { missed[place] += 1 }
      }
      sum += learnt.model.rates / truth.rates
    }
    print("  missed \(missed), rates by the true ones \(sum / 20)")
    for place in 0..<3 {
      #expect(missed[place] <= 4)
      // A mean over 20 of rates that are each good to a third: 4 of its standard errors.
      #expect((0.7...1.3).contains(sum[place] / 20))
    }
  }

  /// What no cell went through is not learnt, and what does not drift is said to be 0 with a bound.
  @Test func whatIsNotSeenIsNotLearnt() throws {
    let seed: UInt64 = 20_266
    print("StalenessTests.whatIsNotSeenIsNotLearnt: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    var (earlier, later, ages) = Self.pair(StalenessModel(), cells: 512, &random)
    for cell in ages.indices { (ages[cell].exposures, ages[cell].pulses) = (0, 0) }
    let learnt = try #require(LearntStaleness(from: earlier, to: later, ages: ages))
    #expect(learnt.exposures == nil && learnt.pulses == nil && learnt.cells == 512)
    #expect(learnt.model.exposures == 0 && learnt.model.pulses == 0)
    let time = try #require(learnt.time)
    // Both estimates have a variance of 2.44e-4 together: of a tenth of that a day, 512 cells would tell.
    #expect(time.lowerBound <= 0.1 * 2.44e-4 / 86_400 && time.upperBound < 0.3 * 2.44e-4 / 86_400)
    for cell in earlier.indices.dropFirst(7) { earlier[cell].verdict = .stuck }
    #expect(LearntStaleness(from: earlier, to: later, ages: ages) == nil)
    later = []
  }
}

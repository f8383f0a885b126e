import DeviceContract
import PulseLedger
import SimulatedCrossbar
import Testing

@testable import SymmetricPoint

/// A pool of pulses for all cells together.
@Suite struct SeekPoolTests {
  /// Cells that differ in all of their numbers, so that some need many more pulses than others.
  static let spread = [
    quietReads, ("dw_min_dtod", "0.2"), ("w_max_dtod", "0.1"), ("w_min_dtod", "0.1"),
  ]

  /// No pulse more than the pool, and none fewer while cells are not as sure as was asked.
  @Test(arguments: [0, 1, 7, 100, 5_000, 20_000], [1, 2, 3])
  func aPoolIsSpentToTheLastPulse(pool: Int, seed: UInt64) async throws {
    let subject = try await Subject(
      "low-noise", rows: 8, columns: 16, seed: seed, options: Self.spread)
    var search = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000)
    search.mostPulsesInAll = pool
    let outcome = try await Outcome(search, on: subject)
    let fired = try await subject.simulator.odometer(of: subject.region).totals.all
    #expect(fired <= pool)
    // A probe is as many pulses up as down: one may be left of a pool for a single cell.
    #expect(fired >= pool - 1 || outcome.result.count(of: .budget) == 0)
    #expect(outcome.result.course.last?.pulses == fired)
  }

  /// The mean of 391 pulses a cell brings all to one standard deviation; the same pulses, divided evenly, leave the slow
  /// and noisy cells behind.
  ///
  /// A study of the same kind of cells saw an error of 0.033 instead of 0.073. Here all cells share what they learn, and
  /// even shares leave less: 0.08 to 0.1. A factor of 0.8 is asked of the mean square over three arrays of 512 cells,
  /// whose own chance is 3 % a part, and more where single far cells decide.
  @Test func oneDeviationForAllIsBetterThanOneNumberOfPulses() async throws {
    var squares = (even: 0.0, common: 0.0)
    for seed in [1, 2, 3] as [UInt64] {
      func subject() async throws -> Subject {
        try await Subject("low-noise", rows: 16, seed: seed, options: Self.spread)
      }
      let even = try await Outcome(
        Seek(.lowNoise(), tolerance: 0.02, mostPulses: 391, scheme: .isolated), on: subject())
      var search = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000, scheme: .isolated)
      search.mostPulsesInAll = even.result.estimates.reduce(0) { $0 + $1.pulses }
      let common = try await Outcome(search, on: subject())
      print("SeekPoolTests: seed \(seed): even \(even), common \(common)")
      #expect(common.pulses <= even.pulses)
      squares.even += rms(even.errors) * rms(even.errors)
      squares.common += rms(common.errors) * rms(common.errors)
    }
    #expect(squares.common.squareRoot() <= 0.8 * squares.even.squareRoot())
  }

  /// A pool that is enough changes nothing.
  @Test func aPoolThatIsEnoughIsNoLimit() async throws {
    var found: [[SymmetricPointEstimate]] = []
    for pool in [nil, 1_000_000] {
      let subject = try await Subject("low-noise", rows: 8, seed: 4, options: [quietReads])
      var search = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000)
      search.mostPulsesInAll = pool
      found.append(try await Outcome(search, on: subject).result.estimates)
    }
    #expect(found[0] == found[1])
  }
}

import DeviceContract
import PulseLedger
import SimulatedCrossbar
import Testing

@testable import SymmetricPoint

/// The searches beside SEEK: what they cost, and how honest they are.
@Suite struct OtherSearchTests {
  /// All cells take the same pulses: 1,400 are wanted for 1 %, zero-shifting takes 3,330.
  ///
  /// Cover as in ``SeekTests``, where 92 % of 1,024 cells is 4.4 standard deviations below.
  @Test(arguments: ["0", "0.1"], [1, 2]) func sweep(spread: String, seed: UInt64) async throws {
    let subject = try await Subject(
      "low-noise", seed: seed, options: [quietReads, ("dw_min_dtod", spread)])
    let outcome = try await Outcome(
      Sweep(.lowNoise(), tolerance: 0.02, mostPulses: 4_000), on: subject)
    print("OtherSearchTests: sweep, spread \(spread), seed \(seed): \(outcome)")
    #expect(outcome.pulses <= 1_400)
    #expect(outcome.result.reads <= 13)
    #expect(rms(outcome.errors) / 2 <= 0.01)
    #expect((0.92...0.98).contains(outcome.cover))
    // What is left over is said to be.
    #expect(outcome.result.count(of: .converged) >= 921)
    #expect(outcome.result.estimates.allSatisfy { Double($0.pulses) == outcome.pulses })
  }

  @Test func aSweepStopsAtItsLastPulse() async throws {
    let subject = try await Subject("low-noise", rows: 8, seed: 1, options: [quietReads])
    let outcome = try await Outcome(
      Sweep(.lowNoise(), tolerance: 0.001, mostPulses: 333), on: subject)
    #expect(outcome.result.estimates.allSatisfy { $0.pulses == 333 })
    #expect(outcome.result.count(of: .converged) == 0)
  }

  /// Cells that nobody measured have the mean of the others, and an interval as wide as these differ.
  @Test func aSampleSpeaksForTheArray() async throws {
    let seed: UInt64 = 1
    let subject = try await Subject("low-noise", seed: seed, options: [quietReads])
    let seek = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000, scheme: .isolated)
    let outcome = try await Outcome(ArrayMean(seek, sample: 60, seed: seed), on: subject)
    print("OtherSearchTests: mean, seed \(seed): \(outcome)")
    let estimates = outcome.result.estimates
    #expect(estimates.count { $0.pulses > 0 } == 60)
    #expect(estimates.allSatisfy { ($0.pulses == 0) == ($0.verdict == .priorOnly) })
    let value = try #require(estimates.first { $0.pulses == 0 }?.value)
    // The mean of 60 points that spread by 0.3 is good to 0.04, four times which is the bound.
    #expect(abs(value - 0.2) <= 0.16)
    // The spread of 60 is known to 9 %: 95 % become 93 to 97 %, and 90 % is three errors away.
    #expect((0.90...0.995).contains(outcome.cover))
  }

  /// The tail average of noisy cells is nearer than the last state, by the number of states that it averages.
  @Test func theTailOfZeroShiftingIsNearerThanItsEnd() async throws {
    let seed: UInt64 = 2
    let options = [quietReads, ("reference_mean", "-0.2"), ("reference_std", "0.3")]
    var search = ZeroShifting(.cyclic, pulses: 13_000, checkpoints: 128, scheme: .isolated)
    var outcomes: [Outcome] = []
    for estimator in [ZeroShifting.Estimator.lastIterate, .tailAverage(0.75)] {
      search.estimator = estimator
      let subject = try await Subject("reram-sb", rows: 8, seed: seed, options: options)
      outcomes.append(try await Outcome(search, on: subject))
    }
    print("OtherSearchTests: zero-shifting, seed \(seed): \(outcomes)")
    // The study: 6.8 % of the range at best, and 2 % after 13,100 pulses.
    #expect(rms(outcomes[0].errors) / 2 > 0.06)
    #expect(rms(outcomes[1].errors) / 2 <= 0.022)
    for outcome in outcomes {
      // 95 % of 256 are 243 with a standard deviation of 3.5; 90 % is 3.7 away.
      #expect(outcome.cover >= 0.90)
      #expect(outcome.result.reads == 257)
      #expect(outcome.result.course.last?.done == 256)
      #expect(outcome.result.course.last?.pulses == 256 * 13_000)
    }
  }

  @Test func averagesStopWhereTheyHelpNoMore() async throws {
    let quiet = try await Subject("low-noise", rows: 2, seed: 1, options: [quietReads])
    let loud = try await Subject(
      "low-noise", rows: 2, seed: 1, options: [("read_noise", "0.01")])
    let noisy = try await Subject(
      "low-noise", rows: 2, seed: 1, options: [("read_noise", "0.05")])
    func averages(_ subject: Subject, _ expected: ResponseExpectation) -> Int {
      Seek.averages(for: expected, converter: subject.simulator.capabilities.converter)
    }
    #expect(averages(quiet, .lowNoise()) == 1)
    #expect(averages(noisy, .lowNoise()) == 16)
    // What a write leaves on the state is more than the noise of a read.
    #expect(averages(loud, .lowNoise()) > 1)
    #expect(averages(loud, .softBounds) == 1)
  }
}

import DeviceContract
import PulseLedger
import Testing

@testable import SymmetricPoint

/// Every verdict is reached by a device made for it.
@Suite struct VerdictTests {
  static func outcome(
    _ preset: String, _ options: [(String, String)], _ expected: ResponseExpectation,
    tolerance: Double = 0.02, mostPulses: Int = 4_000, rows: Int = 8, seed: UInt64 = 3
  ) async throws -> (Outcome, Subject) {
    let subject = try await Subject(preset, rows: rows, seed: seed, options: [quietReads] + options)
    let search = Seek(expected, tolerance: tolerance, mostPulses: mostPulses, scheme: .isolated)
    let outcome = try await Outcome(search, on: subject)
    print("VerdictTests: \(preset) \(options), seed \(seed): \(outcome)")
    return (outcome, subject)
  }

  @Test func stuckCellsAreNamedAndLeftAlone() async throws {
    let (outcome, subject) = try await Self.outcome(
      "low-noise", [("dw_min_dtod", "0.3"), ("corrupt_devices_prob", "0.05")], .lowNoise(),
      rows: 16)
    #expect(subject.truth.contains { $0 == nil })
    var spent = 0.0
    for (estimate, truth) in zip(outcome.result.estimates, subject.truth) {
      if truth == nil {
        #expect(estimate.verdict == .stuck)
        spent += Double(estimate.pulses)
      }
    }
    // They do not run to the 4,000 that each may have.
    #expect(spent / Double(subject.truth.count { $0 == nil }) <= outcome.pulses)
    // A step below a tenth of the mean, 0.13 % of normal ones, is as good as none.
    let live = zip(outcome.result.estimates, subject.truth).count {
      $0.verdict == .stuck && $1 != nil
    }
    #expect(live <= 3)
    #expect(outcome.cover >= 0.92)
  }

  @Test func pulsesThatEndTooSoonAreSaidToHave() async throws {
    let (outcome, subject) = try await Self.outcome(
      "low-noise", [], .lowNoise(), mostPulses: 150)
    #expect(outcome.result.estimates.allSatisfy { $0.pulses <= 150 })
    #expect(outcome.result.count(of: .budget) > subject.region.count / 4)
    #expect(outcome.cover >= 0.90)
  }

  /// Two pulses of a noisy cell say nothing that the array does not.
  @Test func whatOnlyTheArrayKnowsIsCalledSo() async throws {
    let (outcome, subject) = try await Self.outcome(
      "reram-sb", [], .softBounds, mostPulses: 100)
    #expect(outcome.result.count(of: .priorOnly) > subject.region.count * 9 / 10)
    #expect(outcome.result.count(of: .converged) == 0)
  }

  /// Up steps three times as large as down steps, and slopes too small to make up for it within the window.
  @Test func pointsBeyondTheWindowAreNoNumbers() async throws {
    for asymmetry in ["0.9", "-0.9"] {
      let (outcome, subject) = try await Self.outcome(
        "ecram", [("up_down", asymmetry)], .ecram, mostPulses: 3_000)
      #expect(outcome.result.count(of: .outside) > subject.region.count * 9 / 10)
      #expect(outcome.result.count(of: .converged) == 0)
    }
  }

  /// A response that is far from straight, with little noise: two lines are surer than they may be, and cells that are
  /// asked say where that does harm.
  ///
  /// A point off by two brackets fails with a chance of one half and more; of 128 cells three are allowed beyond that.
  @Test(arguments: [0, 12]) func curvedCellsAreBelievedWhenAsked(restarts: Int) async throws {
    let expected = ResponseExpectation(
      step: 0.0013, window: -1...1, pulseNoise: 0.3, isNoiseMultiplicative: true)
    let subject = try await Subject(
      "reram-es", rows: 4, seed: 3,
      options: [
        quietReads, ("dw_min_std", "0.3"), ("write_noise_std", "0"), ("gamma_up", "9"),
        ("gamma_down", "9"),
      ])
    let device = MeteredDevice(subject.simulator)
    var search = Seek(expected, tolerance: 0.02, mostPulses: 4_000, scheme: .isolated)
    search.mostRestarts = restarts
    let result = try await search.run(on: device, region: subject.region)
    let audit = BracketAudit(expected, scheme: .isolated)
    let asked = result.estimates.map {
      [.model, .converged].contains($0.verdict) ? Double($0.value) : nil
    }
    let passed = try await audit.run(on: device, region: subject.region, points: asked)
    let errors = zip(audit.applied(passed, to: result.estimates), subject.truth)
      .filter { $0.0.verdict == .converged }
      .compactMap { estimate, truth in truth.map { Double(estimate.value) - $0 } }
    let unasked = zip(result.estimates, subject.truth).compactMap { estimate, truth in
      estimate.verdict == .converged ? truth.map { Double(estimate.value) - $0 } : nil
    }
    print(
      "VerdictTests: \(restarts) restarts, seed 3: \(unasked.count) converged, rms error \(rms(unasked)); "
        + "\(errors.count) believed, \(rms(errors))")
    #expect(errors.count > subject.region.count / 2)
    #expect(errors.count { abs($0) > 2 * audit.bracket } <= 3)
    #expect(rms(errors) <= audit.bracket)
  }

  /// Steps of a twentieth of the window, and noise of half of them: some lines are hardly known when the pulses end.
  @Test func noEstimateLiesWhereNoCellIs() async throws {
    let options = [("reference_mean", "-0.2"), ("reference_std", "0.3")]
    let expected = ResponseExpectation(
      step: 0.095, window: -0.8...1.2, pulseNoise: 0.42, writeNoise: 0.134)
    let (outcome, _) = try await Self.outcome(
      "reram-om", options, expected, tolerance: 0.1, mostPulses: 60)
    // Bounds of these cells spread by half of the window to either side; none is three windows away.
    #expect(outcome.result.estimates.allSatisfy { abs($0.value) < 3 })
    #expect(outcome.result.estimates.allSatisfy { $0.halfWidth <= 2 })
  }

  /// Ten states, and a symmetric point half a step from the bound.
  @Test func pointsAtABoundAreNamed() async throws {
    let options = [("dw_min", "0.1"), ("up_down", "0.95"), ("reference_std", "0.3")]
    let (outcome, subject) = try await Self.outcome(
      "low-noise", options, .lowNoise(step: 0.1), tolerance: 0.05)
    #expect(outcome.result.count(of: .edge) > subject.region.count / 2)
    let (usual, _) = try await Self.outcome("low-noise", [], .lowNoise())
    #expect(usual.result.count(of: .edge) == 0)
  }
}

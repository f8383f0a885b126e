import DeviceContract
import PulseLedger
import Testing

@testable import SymmetricPoint

/// Intervals hold the truth at their rate whatever the data sheet says, where responses are straight.
///
/// 95 % of 512 cells in two arrays. Cells of an array share what it learnt, and simulated arrays of 256 have covers
/// that spread by 2 % instead of the 1.4 % of independent cells: the mean of two by 1.4 %. 90 % and 99.5 % are 3.5 and 3.2
/// of that away, a false alarm of 1e-3; seeds are fixed, so that an alarm is of a change.
@Suite struct CoverageTests {
  struct Sheet: CustomStringConvertible, Sendable {
    let description: String
    let expected: ResponseExpectation
    var read = "0.002"
  }

  static let sheets = [
    Sheet(description: "half the step", expected: .lowNoise(step: 0.0005)),
    Sheet(description: "twice the step", expected: .lowNoise(step: 0.002)),
    Sheet(description: "twice the noise", expected: .lowNoise(pulseNoise: 0.6)),
    Sheet(
      description: "another window",
      expected: ResponseExpectation(step: 0.001, window: -0.7...1.3, pulseNoise: 0.3)),
    Sheet(description: "noisy reads", expected: .lowNoise(), read: "0.01"),
  ]

  @Test(arguments: sheets, [false, true])
  func intervalsHold(sheet: Sheet, isSweep: Bool) async throws {
    var (held, cells) = (0.0, 0.0)
    for seed in UInt64(1)...2 {
      let subject = try await Subject(
        "low-noise", rows: 8, seed: seed,
        options: [("read_noise", sheet.read), ("dw_min_dtod", "0.2")])
      let search: any SymmetricPointSearch =
        isSweep
        ? Sweep(sheet.expected, tolerance: 0.02, mostPulses: 6_000)
        : Seek(sheet.expected, tolerance: 0.02, mostPulses: 6_000, scheme: .isolated)
      let outcome = try await Outcome(search, on: subject)
      held += outcome.cover * Double(outcome.errors.count)
      cells += Double(outcome.errors.count)
    }
    print("CoverageTests: \(isSweep ? "sweep" : "seek"), \(sheet), seeds 1, 2: \(held / cells)")
    #expect((0.90...0.995).contains(held / cells))
  }
}

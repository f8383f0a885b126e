import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Testing

@testable import Calibration

/// What ten campaigns cost, held against what was planned.
@Suite struct PlanningErrorTests {
  /// Pulses of all parts over those that were expected, audit included: within a quarter in nine of ten.
  ///
  /// Reads and time are those of the slowest cell of an array or a row, which a plan knows less well: a factor of two.
  @Test func nineOfTenCampaignsCostWhatWasPlanned() async throws {
    let campaigns: [(String, Double, CalibrationMethod?, [(String, String)])] = [
      ("low-noise", 0.005, nil, []), ("low-noise", 0.01, nil, []), ("low-noise", 0.02, nil, []),
      ("low-noise", 0.05, nil, []), ("low-noise", 0.01, nil, [("dw_min", "0.003")]),
      ("low-noise", 0.01, nil, [("dw_min", "0.0003")]),
      ("low-noise", 0.01, nil, [("dw_min_std", "0.6")]),
      ("low-noise", 0.02, nil, [("read_noise", "0.005")]),
      ("low-noise", 0.01, .zeroShiftCyclic, []), ("ecram", 0.01, nil, []),
    ]
    var (kept, ofTime, ofExposures) = (0, 0, 0)
    for (place, (preset, part, method, options)) in campaigns.enumerated() {
      let seed = UInt64(41 + place)
      let subject = try await CampaignTests.Subject(
        preset, rows: 24, seed: seed, options: options)
      let plan = try await subject.plan(part, method: method)
      #expect(plan.verdict == .measures)
      _ = try await CalibrationCampaign(plan).run(on: subject.device, region: subject.region)
      let account = await subject.device.account
      let ratio = Double(account.totals.all) / Double(plan.expected.pulses)
      let reads = Double(account.reads / subject.region.count) / Double(plan.expected.reads)
      let time = account.time.value / plan.expected.time.value
      let felt = Double(account.exposures) / Double(max(1, plan.expected.exposures))
      print(
        "PlanningErrorTests: \(preset) \(part) \(plan.method.rawValue) \(options) seed \(seed): pulses \(ratio), "
          + "reads \(reads), time \(time), exposures \(felt)")
      kept += (0.75...1.25).contains(ratio) ? 1 : 0
      ofTime += (0.5...2).contains(time) && (0.5...2).contains(reads) ? 1 : 0
      ofExposures += (0.75...1.4).contains(felt) || method != nil ? 1 : 0
    }
    #expect(kept >= 9 && ofTime >= 9 && ofExposures >= 9)
  }
}

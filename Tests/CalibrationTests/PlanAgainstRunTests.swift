import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

@testable import Calibration

/// What was planned, held against what it came to.
@Suite struct PlanAgainstRunTests {
  /// Pulses, reads, time and exposures come out within the plan, and the error within the tolerance.
  ///
  /// The mean pulses of 1,024 cells scatter by 1 % from array to array, so that a factor says what the model is worth
  /// and no chance. The rms error of 1,024 cells has a standard error of 2.2 %: the tolerance and five of them.
  @Test(arguments: [(0.001, 0.005), (0.001, 0.01), (0.001, 0.02), (0.003, 0.01)])
  func aPlanIsKept(wanted: (step: Double, part: Double)) async throws {
    let (step, part) = wanted
    let seed: UInt64 = 20_261
    print("PlanAgainstRunTests.aPlanIsKept(\(step), \(part)): seed \(seed)")
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.seed) = (32, 32, seed)
    try settings.set("dw_min", to: "\(step)")
    let simulator = try SimulatedCrossbar(settings)
    let region = simulator.capabilities.whole()
    let truth = try await simulator.symmetricPoints(of: region)
    let device = MeteredDevice(simulator)
    let array = try #require(ArrayExpectation(of: settings.device))
    let plan = try await CalibrationPlanner(array, tolerance: .part(part))
      .plan(on: device, region: region)
    #expect(plan.verdict == .measures)
    let found = try await plan.search.run(on: device, region: region) { _ in }
    let account = await device.account
    let mean = Double(account.totals.all) / Double(region.count)
    let summary = try #require(ErrorSummary(states: found.estimates.map(\.value), truth: truth))
    print(
      "  pulses a cell \(mean) of \(plan.best.pulsesPerCell), \(plan.expected.pulsesPerCell), "
        + "\(plan.worst.pulsesPerCell); reads \(found.reads) of \(plan.best.reads), "
        + "\(plan.expected.reads), \(plan.worst.reads); time \(account.time) of \(plan.best.time), "
        + "\(plan.expected.time), \(plan.worst.time); exposures \(account.exposures) of "
        + "\(plan.best.exposures), \(plan.expected.exposures), \(plan.worst.exposures); energy \(account.energy) of "
        + "\(plan.best.energy), \(plan.expected.energy), \(plan.worst.energy); error "
        + "\(summary.rmsError / array.response.range)")
    #expect(Double(plan.best.pulsesPerCell) <= mean && mean <= Double(plan.worst.pulsesPerCell))
    let expected = Double(plan.expected.pulsesPerCell)
    #expect(mean <= 1.25 * expected && mean >= expected / 1.5)
    #expect(plan.best.reads <= found.reads && found.reads <= plan.worst.reads)
    let time = plan.expected.time.value
    #expect((time / 1.5...time * 1.5).contains(account.time.value))
    #expect(account.time.value <= plan.worst.time.value)
    #expect(account.exposures <= plan.worst.exposures)
    #expect(account.energy.value <= plan.worst.energy.value)
    #expect(summary.rmsError <= 1.11 * plan.tolerance)
    #expect(found.count(of: .converged) >= region.count * 99 / 100)
  }

  /// The same numbers wherever a search is given as one of many.
  @Test func zeroShiftingStaysWhatItWas() async throws {
    let shifting = ZeroShifting(.cyclic, pulses: 400, seed: 3, checkpoints: 8)
    let devices = try (0..<2).map { _ in try PlannerTests.device("low-noise") }
    let region = devices[0].capabilities.whole()
    let plain = try await shifting.run(on: devices[0], region: region)
    let adapted = try await ZeroShiftingSearch(shifting).run(on: devices[1], region: region) { _ in
    }
    #expect(plain.estimates == adapted.estimates)
    #expect(adapted.course.last?.pulses == 400 * region.count)
    let reads = await devices[1].account.reads
    #expect(reads == adapted.reads * region.count || reads == adapted.reads)
  }
}

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
    let found = try await CalibrationCampaign(plan).run(on: device, region: region).found
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

  /// A sweep gives all cells the same pulses, and exposes none; the cells that it leaves over and those that are asked
  /// have pulses of their own.
  @Test(arguments: [0.005, 0.01])
  func aSweepIsPlannedToo(part: Double) async throws {
    let device = try PlannerTests.device("low-noise")
    let region = device.capabilities.whole()
    var planner = CalibrationPlanner(
      try PlannerTests.expectation("low-noise"), tolerance: .part(part))
    planner.method = .sweep
    let plan = try await planner.plan(on: device, region: region)
    let found = try await CalibrationCampaign(plan).run(on: device, region: region).found
    let mean = Double(found.estimates.reduce(0) { $0 + $1.pulses }) / Double(region.count)
    let expected = Double(plan.expected.pulsesPerCell)
    print("  a sweep to \(part): \(mean) pulses a cell of \(expected), \(found.reads) reads")
    #expect((expected / 1.5...expected * 1.25).contains(mean))
    #expect((plan.best.reads...plan.worst.reads).contains(found.reads))
    let ramps = plan.search.quote(on: region, of: device.capabilities)
    #expect(ramps.mostExposures == 0)
    #expect(await device.account.exposures <= plan.worst.exposures)
  }

  /// The array mean is measured on a few cells, and no other one is pulsed.
  @Test func anArrayMeanTouchesFewCells() async throws {
    let device = try PlannerTests.device("reram-hfo2")
    let region = device.capabilities.whole()
    let array = try PlannerTests.expectation("reram-hfo2")
    let plan = try await CalibrationPlanner(array, tolerance: .part(0.01))
      .plan(on: device, region: region)
    #expect(plan.verdict == .priorOnly && plan.method == .arrayMean)
    let found = try await plan.search.run(on: device, region: region) { _ in }
    let counts = await device.counts(of: region, cause: .calibrate)
    let touched = zip(counts.up, counts.down).count { $0 + $1 > 0 }
    #expect((1...50).contains(touched))
    #expect(found.count(of: .priorOnly) >= region.count - 50)
    #expect(await device.account.totals.all <= plan.worst.pulses)
  }
}

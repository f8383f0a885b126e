import DeviceConformance
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct ConformanceTests {
  /// The suite asks for no more than the protocol: nothing fails, and what is skipped is an option.
  @Test func aMinimalConformerPasses() async throws {
    let device = try MinimalDevice()
    let subject = ConformanceSubject { device }
    for check in ConformanceCheck.all {
      let result = await check.run(on: subject)
      if case .failed(let reason) = result.outcome { Issue.record("\(result.check): \(reason)") }
    }
  }

  @Test(arguments: [
    (MinimalDevice.Fault.firesAtConnect, "connect-fires-nothing"),
    (.losesAPulse, "uniform-counts"), (.swapsPolarity, "uniform-counts"),
    (.swapsRowsAndColumns, "regions"), (.countsWithoutFiring, "polarity-moves-weights"),
    (.hidesQuantisation, "quantisation-reported"), (.readsDisturb, "reads-do-not-disturb"),
    (.clipsSilently, "shape-outside"), (.acceptsOutside, "region-outside"),
    (.resumesAfterCancel, "cancelled-before"), (.forgetsScheduledReads, "scheduled-reads"),
    (.parkResetsCounters, "park-idempotent"),
  ])
  func aFaultIsNoticed(fault: MinimalDevice.Fault, by name: String) async throws {
    let first = try MinimalDevice(fault: fault)
    // A device that fires at connect is connected anew each time; the others stay the same device.
    let subject = ConformanceSubject {
      fault == .firesAtConnect ? try MinimalDevice(fault: fault) : first
    }
    let check = try #require(ConformanceCheck.all.first { $0.name == name })
    let result = await check.run(on: subject)
    guard case .failed = result.outcome else {
      Issue.record("\(fault) passed \(name): \(result.outcome)")
      return
    }
  }

  @Test func everyFaultIsTested() {
    #expect(MinimalDevice.Fault.allCases.count == 12)
  }

  @Test(arguments: Preset.all.map(\.name))
  func theSimulatorPasses(preset: String) async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
    (settings.tiles, settings.rows, settings.columns) = (2, 9, 21)
    try await expectAllPassed(settings)
  }

  @Test(arguments: [(1, 1), (1, 40), (40, 1), (17, 16)])
  func theSimulatorPassesInEveryShape(rows: Int, columns: Int) async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.threads) = (rows, columns, 2)
    try await expectAllPassed(settings)
  }

  /// With a state file the simulator keeps all that it keeps without one.
  @Test(arguments: ["low-noise", "reram-sb", "ecram"])
  func aChipInAFilePasses(preset: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tare-conformance-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
    (settings.tiles, settings.rows, settings.columns, settings.threads) = (2, 9, 21, 2)
    settings.state = folder.appendingPathComponent("chip").path
    try await expectAllPassed(settings)
  }

  @Test(arguments: MinimalJournaledDevice.Fault.allCases)
  func aFaultOfAJournalIsNoticed(fault: MinimalJournaledDevice.Fault) async throws {
    let device = try MinimalJournaledDevice(fault: fault)
    let check = try #require(ConformanceCheck.all.first { $0.name == fault.check })
    guard case .failed = await check.run(on: ConformanceSubject { device }).outcome else {
      Issue.record("\(fault) passed \(fault.check)")
      return
    }
  }

  @Test func aMinimalJournaledConformerPasses() async throws {
    let device = try MinimalJournaledDevice(fault: nil)
    let subject = ConformanceSubject { device }
    var passed = 0
    for check in ConformanceCheck.all {
      let result = await check.run(on: subject)
      if case .failed(let reason) = result.outcome { Issue.record("\(result.check): \(reason)") }
      let names = Set(MinimalJournaledDevice.Fault.allCases.map(\.check))
      if names.contains(check.name) && result.outcome == .passed { passed += 1 }
    }
    #expect(passed == 4)
  }

  /// Metering changes nothing of what a device promises.
  @Test func aMeteredDevicePasses() async throws {
    let device = MeteredDevice(
      try SimulatedCrossbar(
        SimulatorSettings(device: DeviceDescription(try Preset.named("reram-om")))))
    // A metered device does not number its trains.
    try await expectAllPassed(device, skipped: 5)
  }

  private func expectAllPassed(_ settings: SimulatorSettings) async throws {
    try await expectAllPassed(try SimulatedCrossbar(settings))
  }

  private func expectAllPassed(_ device: any PulseDevice, skipped: Int = 0) async throws {
    let subject = ConformanceSubject(pulsesPerCell: 80_000) { device }
    var passed = 0
    for check in ConformanceCheck.all {
      let result = await check.run(on: subject)
      switch result.outcome {
      case .passed: passed += 1
      case .failed(let reason): Issue.record("\(result.check): \(reason)")
      case .skipped: break
      }
    }
    // The simulator has no envelope of its own and no emergency stop; three more depend on the model.
    #expect(passed >= ConformanceCheck.all.count - 5 - skipped)
  }
}

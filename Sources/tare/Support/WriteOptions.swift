import ArgumentParser
import Calibration
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint

/// What the commands have in common that write states into cells: the device, how near, and within which limits.
struct WriteOptions: ParsableArguments {
  @OptionGroup var options: DeviceOptions

  @Option(
    help: """
      How near to its target a cell has to be: a part of the window such as 1%, or a weight such as 0.02. A cell \
      whose steps are larger is left within half a step.
      """)
  var tolerance: String

  @Option(
    help: ArgumentHelp(
      "What is expected of the cells: a preset or a device file. [what sim: simulates]",
      discussion: "A board reports nothing about responses, so that it needs this.",
      valueName: "preset or file"))
  var expect: String?

  @Option(help: "Samples averaged into each read. [as the noise asks for]")
  var averages: Int?

  @OptionGroup var limiting: LimitOptions

  @OptionGroup var chipping: ChipOptions

  @Option(name: .shortAndLong, help: "The run folder to write.")
  var out: String?

  @Flag(help: "Replace a run folder that exists.")
  var force = false

  @Flag(help: "Read the cells once, print what it would cost, and fire nothing.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  /// Whether a device is the one that was calibrated; its firmware may be newer.
  static func isSame(_ calibrated: DeviceIdentity, _ other: DeviceIdentity) -> Bool {
    (calibrated.model, calibrated.serialNumber) == (other.model, other.serialNumber)
  }

  /// Writes states into cells, or says what that would cost.
  ///
  /// - Parameters:
  ///   - name: what the ledger calls it.
  ///   - map: where the targets come from.
  ///   - isOwn: whether the cells are those that were calibrated.
  ///   - settings: what decides the result besides.
  ///   - place: the cells, on a device that may not be the right one.
  func carryOut(
    _ name: String, _ map: ReferenceMap, to targets: [Float?], isOwn: Bool,
    settings: [String: String], place: (Capabilities) throws -> CellRegion
  ) async throws {
    guard let aim = Tolerance(text: tolerance) else {
      throw CommandFailure(
        .usage,
        "--tolerance \"\(tolerance)\": write a part of the window above 0 and up to 50 %, such as 1%, or a "
          + "weight such as 0.02")
    }
    let expected = try expectation()
    let bench = try limiting.resolved(chip: try chipping.name())
    try await options.withDevice { opened in
      let region = try place(opened.capabilities)
      if let stop = map.stoppedBy {
        output.talk.say("the calibration was stopped before its end: \(stop)")
      }
      let session = RunSession.Plan(
        limits: bench.limits, chip: bench.chip, home: chipping.home, out: out, replaces: force,
        algorithm: "reference-" + name,
        settings: record(name, map, opened, chip: bench.chip).merging(settings) { $1 })
      var write = try write(aim, expected, opened.capabilities)
      if isOwn { write.steps = map.cells.map(\.step) }
      try opened.capabilities.check(ReadRequest(region: region, averages: write.averages))
      guard let write = try await planned(write, targets, opened, region, session) else { return }
      try await run(write, targets, isOwn: isOwn, on: opened, region, session)
    }
  }

  /// The write with the most pulses that the limits allow; nil where a plan was all that was asked for.
  private func planned(
    _ write: WriteVerify, _ targets: [Float?], _ opened: OpenedDevice, _ region: CellRegion,
    _ session: RunSession.Plan
  ) async throws -> WriteVerify? {
    let device = MeteredDevice(
      opened.device, limits: session.limits,
      lifetime: try RunSession.past(of: opened.device, session))
    // A run that is gone on with was looked at when it began, and one more read would change the noise of the next.
    let goesOn = !force && out.flatMap(RunMark.init(of:)).map { $0.status != .finished } ?? false
    guard dryRun || !goesOn else {
      var write = write
      write.mostPulses = max(
        1, try await WritePlan.allowed(write, targets, on: device, region: region))
      return write
    }
    // What cannot be at all is said before anything else.
    var least = write
    least.mostPulses = 1
    try await device.check(least.worst(on: region, targets, of: opened.capabilities), on: region)
    let states = try await device.read(ReadRequest(region: region, averages: write.averages))
    let plan = try await WritePlan(
      write, from: states.weights, to: targets, on: device, region: region)
    if dryRun {
      let report = WritePlanReport(plan)
      if output.json { try output.printJSON(report) } else { try output.write(report.text) }
    } else if plan.beyond > 0, plan.refusal == nil {
      output.talk.say(
        "\(plan.beyond) cells are expected to need more than the \(plan.allowed) pulses that each may have"
      )
    }
    if let refusal = plan.refusal { throw CommandFailure(.checkFailed, refusal) }
    return dryRun ? nil : plan.write
  }

  private func run(
    _ write: WriteVerify, _ targets: [Float?], isOwn: Bool, on opened: OpenedDevice,
    _ region: CellRegion, _ session: RunSession.Plan
  ) async throws {
    try await Interruption.watching { interruption in
      try await PulsingRun(
        plan: session, output: output,
        fire: { run, progress in
          try await write.run(on: run.device, region: region, targets: targets) {
            progress(
              "\($0.done) of \($0.cells) cells done, \($0.pulses / max(1, $0.cells)) pulses a cell")
          }
        },
        stoppedBy: \WrittenCells.stoppedBy,
        extent: { "stopped with \($0.count(of: .reached)) of \($0.cells.count) cells written" },
        report: { run, result in
          WrittenReport(
            device: opened.capabilities.identity, result: result, account: await run.device.account,
            exposures: await run.device.exposures(of: region),
            truth: isOwn ? try await opened.simulator?.symmetricPoints(of: region) : nil,
            run: run.mark, finished: Date())
        }
      ).carryOut(on: opened.device, interruption)
    }
  }

  private func write(
    _ aim: Tolerance, _ expected: ResponseExpectation, _ capabilities: Capabilities
  ) throws -> WriteVerify {
    if let averages, !(1...1_000_000).contains(averages) {
      throw CommandFailure(.usage, "--averages is \(averages): 1 to 1000000 are possible")
    }
    let weight = aim.weight(range: expected.range)
    return WriteVerify(
      expected, tolerance: weight,
      averages: averages
        ?? WriteVerify.averages(
          tolerance: weight, expected: expected, converter: capabilities.converter),
      mostPulses: WriteVerify.mostPulsesUnasked(expected))
  }

  private func expectation() throws -> ResponseExpectation {
    let isSimulator = ["sim", ""].contains(try options.selector().kind)
    guard expect != nil || isSimulator else {
      throw CommandFailure(
        .usage,
        "a board does not report how its cells respond: --expect PRESET or FILE.json says what is expected of "
          + "them (`tare fit` makes such files)")
    }
    let device =
      try expect.map(DeviceOptions.describe) ?? options.simulatorSettings().device
    guard let response = ResponseExpectation(of: device) else {
      throw CommandFailure(
        .usage, "\(device.name): cells of this device are not expected to answer pulses")
    }
    return response
  }

  /// What decides the result.
  private func record(
    _ name: String, _ map: ReferenceMap, _ opened: OpenedDevice, chip: String?
  ) -> [String: String] {
    [
      "reference": map.run ?? "of no run", "action": name, "device": opened.record,
      "chip": chip ?? "of the device", "tolerance": tolerance,
      "expect": expect ?? "of the device", "averages": averages.map { "\($0)" } ?? "as planned",
      "tare": TareCommand.version,
    ].merging(limiting.record) { $1 }
  }
}

import ArgumentParser
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting
import SimulatedCrossbar
import SymmetricPoint

/// `tare calibrate`: the symmetric point of every cell, within a pulse budget.
struct CalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Finds the symmetric point of every cell of an array.",
    discussion: """
      Zero-shifting: up and down pulses until the state no longer drifts. The plan is held against \
      the budget before the first pulse; what does not fit is refused.
        tare calibrate --device sim:low-noise --pulses 4000 --budget 4000/cell --out first-run
        tare calibrate --device sim:reram-sb --bench bench.toml --dry-run

      The run folder holds run.json, ledger.sqlite, maps (NPY and CSV) and figures (SVG). A run that was \
      interrupted or killed goes on where it stood when the same command is given again, if the device \
      has kept its state (sim:...?state=FILE).
      """)

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case zeroShift = "zero-shift"
    case zeroShiftCyclic = "zero-shift-cyclic"
    var variant: ZeroShifting.Variant { self == .zeroShift ? .stochastic : .cyclic }
  }

  @OptionGroup var options: DeviceOptions

  @Option(
    help: "zero-shift: up or down at random, each pulse; zero-shift-cyclic: up and down in turn.")
  var method: Method = .zeroShiftCyclic

  @Option(help: "Pulses a cell.")
  var pulses: Int = 4000

  @OptionGroup var limiting: LimitOptions

  @OptionGroup var chipping: ChipOptions

  @Option(help: "Reads on the way, from which intervals and verdicts come.")
  var checkpoints: Int = 32

  @Option(help: "Samples averaged into each read.")
  var averages: Int = 16

  @Option(
    help: """
      Part of the array: FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN, counted from 0, last ones \
      included; such as 0:15,0:31.
      """)
  var region: String?

  @Option(help: "The crossbar of the device.")
  var tile: Int = 0

  @Option(name: .shortAndLong, help: "The run folder to write.")
  var out: String?

  @Flag(help: "Replace a run folder that exists.")
  var force = false

  @Flag(help: "Print what it would cost, and fire nothing.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      try check()
      let bench = try limiting.resolved(chip: try chipping.name())
      try await options.withDevice { try await run(on: $0, bench) }
    }
  }

  private func run(on opened: OpenedDevice, _ bench: LimitOptions.Resolved) async throws {
    var plan = RunSession.Plan(
      limits: bench.limits, chip: bench.chip, home: chipping.home, out: out, replaces: force,
      algorithm: method.rawValue, settings: record(opened, chip: bench.chip))
    let region = try resolvedRegion(opened.capabilities)
    try opened.capabilities.check(ReadRequest(region: region, averages: averages))
    let search = ZeroShifting(
      method.variant, pulses: pulses, seed: opened.seed, checkpoints: checkpoints,
      averages: averages)
    plan.settings["limits"] = try await limits(search, on: opened.device, region, plan)
    try await check(search, on: opened.device, region, plan)
    if dryRun { return }
    try await Interruption.watching { interruption in
      try await carryOut(search, on: opened, region, plan, interruption)
    }
  }

  /// The campaign itself, from the folder that it is written to until the ledgers are closed.
  private func carryOut(
    _ search: ZeroShifting, on opened: OpenedDevice, _ region: CellRegion,
    _ plan: RunSession.Plan, _ interruption: Interruption
  ) async throws {
    // Begun before the first pulse: a folder that cannot be written must not cost any.
    let run = try await RunSession.begin(opened.device, plan, talk: output.talk)
    let result: ZeroShiftingResult
    do {
      result = try await fire(search, on: run.device, region, interruption)
    } catch {
      let failure = CommandFailure(error)
      guard failure.status == .interrupted else {
        try? await run.end(status: "failed")
        throw error
      }
      try? await run.end(status: "interrupted")
      throw CommandFailure(
        .interrupted,
        "stopped before anything was measured, with outputs parked: \(failure.message)")
    }
    let report = CalibrationReport(
      capabilities: opened.capabilities, result: result, account: await run.device.account,
      counts: await run.device.counts(of: region),
      exposures: await run.device.exposures(of: region),
      truth: try await opened.simulator?.symmetricPoints(of: region), run: run.mark,
      finished: Date())
    // Told before it is written: a disk that fills up must not take the result with it.
    if output.json {
      try output.printJSON(report.record)
    } else {
      try output.write(report.table)
    }
    await run.tellReplay(talk: output.talk)
    do {
      var failure: (any Error)?
      do {
        try await run.end(status: result.stoppedBy == nil ? "finished" : "interrupted")
      } catch {
        failure = error
      }
      // What was measured is kept, also where the ledger could not be closed.
      if let folder = run.folder { try report.write(to: folder) }
      if let failure { throw failure }
    } catch {
      guard let stop = result.stoppedBy else { throw error }
      // Why it stopped comes first: what fails after that mostly fails for the same reason.
      let failure = CommandFailure(error)
      throw CommandFailure(
        // A board that is gone cannot be compared with its ledger either.
        failure.status == .checkFailed && [.linkLost, .notFound, .timedOut].contains(stop.code)
          ? CommandFailure(stop).status : failure.status,
        "stopped after \(result.estimates[0].pulses) of \(search.pulses) pulses a cell, with "
          + "outputs parked: \(stop.explanation); and the end could not be written down: "
          + failure.message)
    }
    if let out { output.talk.say("wrote \(out)") }
    if let stop = result.stoppedBy {
      throw CommandFailure(
        CommandFailure(stop).status,
        "stopped after \(result.estimates[0].pulses) of \(search.pulses) pulses a cell, with "
          + "outputs parked; what was measured is kept: \(stop.explanation)")
    }
  }

  /// The limits in force with who set them, for the record: a file of limits may change.
  private func limits(
    _ search: ZeroShifting, on device: any PulseDevice, _ region: CellRegion,
    _ plan: RunSession.Plan
  ) async throws -> String {
    let device = MeteredDevice(device, limits: plan.limits)
    let quote = search.quote(on: region, of: device.capabilities)
    let all = try await device.verdicts(on: quote, over: region)
    return all.isEmpty
      ? "none"
      : all.map { "\($0.limit) \($0.text($0.allowed)) set by \($0.setBy)" }.joined(separator: "; ")
  }

  /// Holds the whole plan against the limits, before anything is written or fired.
  private func check(
    _ search: ZeroShifting, on device: any PulseDevice, _ region: CellRegion,
    _ plan: RunSession.Plan
  ) async throws {
    let device = MeteredDevice(
      device, limits: plan.limits, lifetime: try RunSession.past(of: device, plan))
    let quote = search.quote(on: region, of: device.capabilities)
    if dryRun { try printPlan(quote, try await device.verdicts(on: quote, over: region)) }
    try await device.check(quote, on: region)
  }

  private func check() throws {
    let counts = [
      ("pulses", pulses, 1_000_000_000), ("checkpoints", checkpoints, 100_000),
      ("averages", averages, 1_000_000),
    ]
    for (name, value, most) in counts where !(1...most).contains(value) {
      throw CommandFailure(.usage, "--\(name) is \(value): 1 to \(most) are possible")
    }
    guard method == .zeroShift || pulses % 2 == 0 else {
      throw CommandFailure(
        .usage, "--pulses is \(pulses): zero-shift-cyclic fires pairs, so an even number is needed")
    }
  }

  private func fire(
    _ search: ZeroShifting, on device: MeteredDevice, _ region: CellRegion,
    _ interruption: Interruption
  ) async throws -> ZeroShiftingResult {
    let talk = output.talk
    let total = search.pulses
    defer { talk.endProgress() }
    return try await interruption.cancelling {
      try await search.run(on: device, region: region) { pulses in
        talk.progress("\(pulses) of \(total) pulses a cell")
      }
    }
  }

  private func resolvedRegion(_ capabilities: Capabilities) throws -> CellRegion {
    guard let region else { return capabilities.whole(tile: Tile(tile)) }
    guard let parsed = CellRegion(text: region, tile: Tile(tile)) else {
      throw CommandFailure(
        .usage,
        "--region \"\(region)\": write FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN, such as "
          + "0:15,0:31")
    }
    return parsed
  }

  /// What decides the result; the number of threads does not.
  private func record(_ opened: OpenedDevice, chip: String?) -> [String: String] {
    [
      "region": region ?? "all", "tile": "\(tile)", "chip": chip ?? "of the device",
      "device": opened.record, "method": method.rawValue,
      "pulses": "\(pulses)", "budget": limiting.budget ?? "none", "seed": "\(opened.seed)",
      "checkpoints": "\(checkpoints)", "averages": "\(averages)", "tare": TareCommand.version,
    ]
    .merging(limiting.record) { $1 }
  }

  private func printPlan(_ quote: PulseQuote, _ verdicts: [LimitVerdict]) throws {
    let plan = CalibrationPlan(quote: quote, limits: verdicts)
    if output.json { try output.printJSON(plan) } else { try output.write(plan.text) }
  }
}

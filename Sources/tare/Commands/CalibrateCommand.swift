import ArgumentParser
import Calibration
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
      To a tolerance, each cell is pulsed until its symmetric point is known well enough. What that costs is \
      said before the first pulse; where the budget does not allow it, the tolerance that it buys is said.
        tare calibrate --device sim:low-noise --tolerance 1% --dry-run
        tare calibrate --device tcp:HOST:7700 --tolerance 2% --expect my-device.json --budget "2 % of life" \
      --bench bench.toml

      Without a tolerance, zero-shifting for a number of pulses: up and down until the state no longer \
      drifts. The plan is held against the budget before the first pulse; what does not fit is refused.
        tare calibrate --device sim:low-noise --pulses 4000 --budget 4000/cell --out first-run
        tare calibrate --device sim:reram-sb --bench bench.toml --dry-run

      The run folder holds run.json, ledger.sqlite, maps (NPY and CSV) and figures (SVG). A run that was \
      interrupted or killed goes on where it stood when the same command is given again, if the device \
      has kept its state (sim:...?state=FILE).
      """)

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto
    case seek
    case sweep
    case arrayMean = "array-mean"
    case zeroShift = "zero-shift"
    case zeroShiftCyclic = "zero-shift-cyclic"

    /// The method by its name; nil for the best one.
    var calibration: CalibrationMethod? { CalibrationMethod(rawValue: rawValue) }
  }

  @OptionGroup var options: DeviceOptions

  @OptionGroup var aim: ToleranceOptions

  @Option(
    help: """
      auto: the one that fits, with --tolerance; seek: pulses for each cell by what is known of it; sweep: ramps of all cells \
      together; array-mean: a few cells for all; zero-shift: up or \
      down at random, each pulse; zero-shift-cyclic: up and down in turn. [zero-shift-cyclic; auto with --tolerance]
      """)
  var method: Method?

  @Option(help: "Pulses a cell, without --tolerance. [4000]")
  var pulses: Int?

  @OptionGroup var refreshing: RefreshOptions

  @OptionGroup var limiting: LimitOptions

  @OptionGroup var chipping: ChipOptions

  @Option(help: "Reads on the way, from which intervals and verdicts come.")
  var checkpoints: Int = 32

  @Option(help: "Samples averaged into each read. [16; with --tolerance as the noise asks for]")
  var averages: Int?

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
    var (plan, region) = try await prepared(opened, bench)
    guard let campaign = try await campaign(opened, region, plan) else { return }
    plan.algorithm = campaign.name
    try await check(campaign, on: opened.device, region, plan)
    if dryRun { return }
    try await Interruption.watching { interruption in
      let talk = output.talk
      defer { talk.endProgress() }
      let conduct = CampaignConduct(interruption: interruption, talk: talk) { talk.progress($0) }
      try await carryOut(campaign, on: opened, region, plan, conduct)
    }
  }

  /// Where a run on a device would go, and its cells; nothing is written or fired.
  func prepared(
    _ opened: OpenedDevice, _ bench: LimitOptions.Resolved
  ) async throws -> (plan: RunSession.Plan, region: CellRegion) {
    var plan = RunSession.Plan(
      limits: bench.limits, chip: bench.chip, home: chipping.home, out: out, replaces: force,
      algorithm: "", settings: record(opened, chip: bench.chip))
    let region = try resolvedRegion(opened.capabilities)
    try opened.capabilities.check(ReadRequest(region: region, averages: averages ?? 1))
    plan.settings["limits"] = try await limits(on: opened.device, region, plan)
    if refreshing.refresh != nil {
      // A run that is gone on with is about the cells that were due when it was begun.
      let begun = out.flatMap { RunMark(of: $0) }.flatMap { $0.status != .finished ? $0 : nil }
      plan.settings[Refresh.planned] =
        begun?.settings[Refresh.planned] ?? "\(Date().timeIntervalSince1970)"
    }
    return (plan, region)
  }

  /// What is to be done; nil where a plan was all that was asked for.
  private func campaign(
    _ opened: OpenedDevice, _ region: CellRegion, _ session: RunSession.Plan
  ) async throws -> Campaign? {
    guard let tolerance = try aim.resolved() else {
      let variant: ZeroShifting.Variant = method == .zeroShift ? .stochastic : .cyclic
      return .shifting(
        ZeroShifting(
          variant, pulses: pulses ?? Self.usualPulses, seed: opened.seed, checkpoints: checkpoints,
          averages: averages ?? 16))
    }
    let planning = try planning(tolerance)
    let plan = try await planning.plan(opened, region, session)
    if dryRun {
      let report = PlannedCalibrationReport(plan)
      if output.json { try output.printJSON(report) } else { try output.write(report.text) }
    }
    try planning.refuse(plan)
    if !dryRun { for remark in plan.remarks { output.talk.say(remark) } }
    if (plan.search as? Refreshing)?.due.isEmpty == true { return nil }
    return dryRun ? nil : .planned(CalibrationCampaign(plan))
  }

  /// How a tolerance becomes a plan.
  func planning(_ tolerance: Tolerance) throws -> ToleranceCampaign {
    ToleranceCampaign(
      options: options, aim: aim, tolerance: tolerance, method: method?.calibration,
      averages: averages, checkpoints: checkpoints, refresh: try refreshing.resolved(tolerance))
  }

  /// The campaign itself, from the folder that it is written to until the ledgers are closed.
  ///
  /// - Parameter tell: is given what was found before it is written; nil to print it.
  func carryOut(
    _ campaign: Campaign, on opened: OpenedDevice, _ region: CellRegion,
    _ plan: RunSession.Plan, _ conduct: CampaignConduct,
    tell: ((CalibrationReport) throws -> Void)? = nil
  ) async throws {
    let watch = ProgressWatch(planned: campaign.expectedPulses(on: region))
    let talk = conduct.talk
    var run = PulsingRun(
      plan: plan, output: output,
      fire: { run, progress in
        let outcome = try await campaign.run(on: run.device, region: region) { text, stand in
          progress(watch.line(text, stand, isReplaying: await run.device.isReplaying))
          // Simulators that compute on all processors let a pause in, and each other.
          await Task.yield()
        }
        if let remark = campaign.remark(on: outcome) { talk.say(remark) }
        return outcome
      },
      stoppedBy: \CalibrationOutcome.stoppedBy, extent: campaign.extent,
      report: { run, result in
        CalibrationReport(
          capabilities: opened.capabilities, result: result, account: await run.device.account,
          counts: await run.device.counts(of: region),
          exposures: await run.device.exposures(of: region),
          truth: try await opened.simulator?.symmetricPoints(of: region), run: run.mark,
          finished: Date())
      }, failure: { $0.givenUp.map { CommandFailure(.checkFailed, $0) } })
    run.tell = tell
    try await run.carryOut(on: opened.device, conduct)
  }

  /// The limits in force with who set them, for the record: a file of limits may change.
  private func limits(
    on device: any PulseDevice, _ region: CellRegion, _ plan: RunSession.Plan
  ) async throws -> String {
    let device = MeteredDevice(device, limits: plan.limits)
    // Which limits there are does not depend on what is asked, but for a shape.
    let pulse = PulseTrain(
      region: region, pattern: .uniform(.up, count: 1), shape: device.capabilities.nominalShape,
      scheme: .halfVoltage, cause: .calibrate)
    let all = try await device.verdicts(
      on: PulseQuote(pulse, on: device.capabilities), over: region)
    return all.isEmpty
      ? "none"
      : all.map { "\($0.limit) \($0.text($0.allowed)) set by \($0.setBy)" }.joined(separator: "; ")
  }

  /// Holds the whole plan against the limits, before anything is written or fired.
  func check(
    _ campaign: Campaign, on device: any PulseDevice, _ region: CellRegion,
    _ plan: RunSession.Plan
  ) async throws {
    let device = MeteredDevice(
      device, limits: plan.limits, lifetime: try RunSession.past(of: device, plan))
    let quote = campaign.quote(on: region, of: device.capabilities)
    if dryRun { try printPlan(quote, try await device.verdicts(on: quote, over: region)) }
    try await device.check(quote, on: region)
  }

  private static let usualPulses = 4_000

  func check() throws {
    let counts = [
      ("pulses", pulses, 1_000_000_000), ("checkpoints", checkpoints, 100_000),
      ("averages", averages, 1_000_000),
    ]
    for (name, value, most) in counts {
      guard let value, !(1...most).contains(value) else { continue }
      throw CommandFailure(.usage, "--\(name) is \(value): 1 to \(most) are possible")
    }
    if refreshing.refresh != nil, method.map({ $0 != .auto && $0 != .seek }) ?? false {
      throw CommandFailure(
        .usage, "--method \(method?.rawValue ?? ""): --refresh measures by seek, and nothing else")
    }
    if aim.tolerance == nil { _ = try refreshing.resolved(nil) }
    if aim.tolerance != nil {
      guard let pulses else { return }
      throw CommandFailure(
        .usage,
        "--pulses is \(pulses), and --tolerance plans them: one of both, or --budget \(pulses)/cell for the most"
      )
    }
    guard method.map({ [.zeroShift, .zeroShiftCyclic].contains($0) }) ?? true else {
      throw CommandFailure(
        .usage,
        "--method \(method?.rawValue ?? "") needs --tolerance, which says when a cell is done")
    }
    guard method == .zeroShift || (pulses ?? Self.usualPulses) % 2 == 0 else {
      throw CommandFailure(
        .usage,
        "--pulses is \(pulses ?? 0): zero-shift-cyclic fires pairs, so an even number is needed")
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
      "device": opened.record, "method": (method ?? .zeroShiftCyclic).rawValue,
      "pulses": "\(pulses ?? Self.usualPulses)", "budget": limiting.budget ?? "none",
      "seed": "\(opened.seed)",
      "checkpoints": "\(checkpoints)", "averages": "\(averages ?? 16)", "tare": TareCommand.version,
    ]
    .merging(limiting.record) { $1 }
    .merging(refreshing.record) { $1 }
    .merging(aim.record(method: method?.rawValue, averages: averages)) { $1 }
  }

  private func printPlan(_ quote: PulseQuote, _ verdicts: [LimitVerdict]) throws {
    let plan = CalibrationPlan(quote: quote, limits: verdicts)
    if output.json { try output.printJSON(plan) } else { try output.write(plan.text) }
  }
}

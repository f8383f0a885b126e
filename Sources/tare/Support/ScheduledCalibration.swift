import ArgumentParser
import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting

/// One campaign of a schedule file: what `tare calibrate` does with the same options.
struct ScheduledCalibration {
  let entry: ScheduledCampaign
  let command: CalibrateCommand
  /// The run folder that is to be written, or that holds what is finished.
  let out: String
  /// When it is looked at again; nil for one that is to be carried out now, or once.
  let next: Date?

  /// - Parameters:
  ///   - more: options that are the same for all, such as --home.
  ///   - now: the time.
  init(_ entry: ScheduledCampaign, _ more: [String], now: Date) throws {
    self.entry = entry
    let runs = ScheduledRuns(entry, now: now)
    (out, next) = (runs.out, runs.next)
    let options: [(String, String?)] = [
      ("device", entry.device), ("expect", entry.expect), ("tolerance", entry.tolerance),
      ("method", entry.method?.rawValue), ("out", out), ("budget", entry.budget),
      ("bench", entry.bench), ("chip", entry.chip), ("region", entry.region),
      ("tile", entry.tile.map { "\($0)" }), ("seed", entry.seed.map { "\($0)" }),
      ("averages", entry.averages.map { "\($0)" }),
    ]
    let arguments =
      options.compactMap { name, value in value.map { "--\(name)=\($0)" } } + runs.options + more
    do {
      command = try CalibrateCommand.parse(arguments)
    } catch {
      throw CommandFailure(.usage, "\(entry.name): \(CalibrateCommand.message(for: error))")
    }
    try command.check()
  }

  /// A campaign that is about to be carried out.
  struct Prepared {
    let opened: OpenedDevice
    var session: RunSession.Plan
    let region: CellRegion
    var plan: PlannedCalibration

    var campaign: Campaign { .planned(CalibrationCampaign(plan)) }

    /// What limits must allow for it to be begun, as limits count it: what is expected with the margin of plans, and a part
    /// in a hundred more for what is rounded.
    var expected: CampaignSpending {
      let wanted = 1.01 * CalibrationPlanner.margin * Double(plan.expected.pulses)
      let share = min(1, wanted / Double(max(1, plan.worst.pulses)))
      let most = most
      return CampaignSpending(
        pulses: Int((share * Double(most.pulses)).rounded(.up)), energy: most.energy * share,
        time: most.time * share)
    }

    /// The worst case.
    var most: CampaignSpending {
      let quote = campaign.quote(on: region, of: opened.capabilities)
      return CampaignSpending(
        pulses: quote.pulses.all, energy: quote.mostEnergy, time: quote.mostTime)
    }

    /// What it asks of a shared budget.
    func request(priority: Int) -> SharedBudget.Request {
      SharedBudget.Request(priority: priority, expected: expected, most: most)
    }
  }

  /// All run folders of the campaign.
  var folders: [String] { ScheduledRuns.folders(of: entry) }

  /// The part of a shared budget that a run has; nil where it has none.
  static func part(_ mark: RunMark) -> SharedBudget? {
    mark.settings[granted].flatMap(SharedBudget.init(text:))
  }

  /// Refuses a finished run that is of something else.
  func checkSame(_ mark: RunMark) throws {
    let mine = command.aim.record(
      method: command.method?.rawValue, averages: command.averages
    ).merging(command.limiting.record) { $1 }
    guard let first = mine.keys.sorted().first(where: { mine[$0] != mark.settings[$0] }) else {
      return
    }
    throw CommandFailure(
      .usage,
      "\(out) holds a finished run with other settings: \(first) was "
        + "\(mark.settings[first] ?? "not set") and is \(mine[first] ?? "not set"). Write another out"
    )
  }

  /// Carries it out, and gives the device back.
  func carryOut(
    _ prepared: Prepared, _ conduct: CampaignConduct,
    tell: @escaping (CalibrationReport) throws -> Void
  ) async throws {
    let stop = prepared.opened.board.map(EmergencySignal.init)
    defer { stop?.end() }
    do {
      try await command.carryOut(
        prepared.campaign, on: prepared.opened, prepared.region, prepared.session, conduct,
        tell: tell)
      await prepared.opened.close()
    } catch {
      await prepared.opened.close()
      throw error
    }
  }

  /// The setting of a run that says which part of a shared budget it has.
  static let granted = "granted"

  /// Opens the device; nothing is written or fired.
  func open() async throws -> OpenedDevice { try await command.options.openDevice() }

  /// Plans on a device; nothing is written or fired.
  ///
  /// - Parameters:
  ///   - part: its part of what all campaigns share; nil where there is nothing to share.
  ///   - file: the schedule file, which shares it out.
  func prepare(
    _ opened: OpenedDevice, part: SharedBudget? = nil, of file: String
  ) async throws -> Prepared {
    var bench = try command.limiting.resolved(chip: entry.chip)
    if let part {
      let source = LimitSource("\(file) budget", part.limits)
      bench = LimitOptions.Resolved(
        limits: try LimitSet(bench.limits.sources + [source]), chip: bench.chip)
    }
    var (session, region) = try await command.prepared(opened, bench)
    session.settings[Self.granted] = part?.text
    guard let tolerance = try command.aim.resolved() else {
      throw CommandFailure(.configuration, "\(entry.name): there is no tolerance")
    }
    let plan = try await command.planning(tolerance).plan(opened, region, session)
    session.algorithm = plan.method.rawValue
    return Prepared(opened: opened, session: session, region: region, plan: plan)
  }

  /// Refuses what the limits do not allow, as `tare calibrate` does.
  func check(_ prepared: Prepared) async throws {
    if let refusal = prepared.plan.refusal { throw CommandFailure(.checkFailed, refusal) }
    try await command.check(
      prepared.campaign, on: prepared.opened.device, prepared.region, prepared.session)
  }
}

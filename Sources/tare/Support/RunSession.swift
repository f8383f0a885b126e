import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting

/// A run of a command that pulses: its folder, its ledgers, and the device behind them.
struct RunSession {
  /// The folder, or nil where none was asked for.
  let folder: RunFolder?
  /// Which run it is.
  let mark: RunMark
  /// The ledgers; nil where the device's life is the process's and no folder was asked for.
  let ledger: LedgerSession?
  /// The one road to the device.
  let device: MeteredDevice

  /// What a run needs to begin.
  struct Plan {
    var limits: LimitSet
    var chip: String?
    var home: LedgerHome
    var out: String?
    var replaces: Bool
    var algorithm: String
    /// What decides the result.
    var settings: [String: String]
    var armedForForming = false
    /// The name of a count among the settings of which a run that has come to its end may be given more.
    var mayGrow: String?
  }

  /// What the chip had seen before a run that has not been connected yet.
  static func past(of device: any PulseDevice, _ plan: Plan) throws -> [TileHistory] {
    let unfinished = try plan.out.flatMap { try unfinishedRun(at: $0, plan) }
    guard let name = chipName(device, plan) else { return [] }
    return try LedgerSession.lifetime(
      ofChip: name, home: plan.home,
      except: unfinished == nil ? nil : plan.out.map { $0 + "/" + RunFolder.ledgerName })
  }

  /// Makes the folder, or goes on with an unfinished run; connects; nothing is fired.
  static func begin(_ device: any PulseDevice, _ plan: Plan, talk: Talk) async throws -> RunSession
  {
    let unfinished = try plan.out.flatMap { try unfinishedRun(at: $0, plan) }
    if unfinished != nil, device.capabilities.counterDurability == .volatile {
      throw CommandFailure(
        .usage,
        "\(plan.out ?? "") holds a run on a device that kept no state (no state=FILE in "
          + "its selector), so that it cannot be gone on with; --force replaces the run")
    }
    let mark = unfinished ?? RunMark(settings: plan.settings)
    var plan = plan
    // A link stays a link, and a name with a slash at its end is that of the folder.
    if plan.replaces { plan.out = plan.out.map(RunFolder.resolved) }
    let earlier = try plan.replaces ? plan.out.flatMap(replaced) : nil
    do {
      let session = try await begin(device, plan, mark, goesOn: unfinished != nil, talk: talk)
      earlier?.discard()
      return session
    } catch {
      // What could not begin must not cost the run that it was to replace.
      earlier?.restore()
      throw error
    }
  }

  /// Moves the run that is to be replaced aside, unless it is being written.
  static func replaced(at path: String) throws -> ReplacedRun? {
    if let holder = LedgerStore.writer(of: path + "/" + RunFolder.ledgerName) {
      throw CommandFailure(
        .busy, "\(path) is the folder of a run that \(holder) is writing; nothing was removed")
    }
    return ReplacedRun(at: path)
  }

  private static func begin(
    _ device: any PulseDevice, _ plan: Plan, _ mark: RunMark, goesOn: Bool, talk: Talk
  ) async throws -> RunSession {
    let folder = try plan.out.map { path in
      !goesOn
        ? try RunFolder.create(at: path, record: mark, replacing: plan.replaces)
        : try RunFolder(goingOnAt: path)
    }
    // One that had ended and is given more runs again, whatever comes.
    if let folder, goesOn, RunMark(of: folder.path)?.status == .finished {
      try folder.writeJSON(mark, to: RunFolder.recordName)
    }
    let request = try folder.map { folder in
      RunRequest(
        ledger: try folder.file(RunFolder.ledgerName), id: mark.id,
        name: URL(fileURLWithPath: folder.path).lastPathComponent, algorithm: plan.algorithm,
        parameters: String(decoding: try JSONText.encode(plan.settings), as: UTF8.self))
    }
    guard request != nil || chipName(device, plan) != nil else {
      return RunSession(
        folder: nil, mark: mark, ledger: nil,
        device: MeteredDevice(
          device, limits: plan.limits, armedForForming: plan.armedForForming))
    }
    let ledger = try await LedgerSession.connect(
      device, home: plan.home, chip: plan.chip, run: request, program: TareCommand.program)
    for line in ledger.reconciliation.findings { talk.say(line) }
    let metered = MeteredDevice(
      device, limits: plan.limits, lifetime: await ledger.lifetime(),
      armedForForming: plan.armedForForming, odometer: ledger.odometer, journal: ledger.journal,
      replay: goesOn ? try request.map { try RunReplay(of: $0.ledger) } : nil)
    return RunSession(folder: folder, mark: mark, ledger: ledger, device: metered)
  }

  /// Says what was not done again after a break, and in what the run differs from one without.
  func tellBreaks(talk: Talk) async {
    let (replayed, account) = (await device.replayed, await device.account)
    if !replayed.isEmpty {
      var text =
        "went on with an unfinished run: \(replayed.trains) trains and \(replayed.reads) reads are "
        + "from its ledger, and \(replayed.pulses) pulses were not fired again"
      if replayed.continued > 0 {
        text += "; of \(replayed.continued) interrupted trains only the rest was fired"
      }
      if replayed.lostReads > 0 {
        text += "; \(replayed.lostReads) reads were lost with the process"
      }
      if let elapsed = replayed.elapsed {
        text +=
          "; the device's clock went on by "
          + "\(EngineeringNotation.format(elapsed.value, unit: "s", digits: 4)) in between"
      }
      talk.say(text)
    }
    if account.extraReads > 0 {
      let reads = account.extraReads == 1 ? "a read was" : "\(account.extraReads) reads were"
      talk.say(
        "\(reads) made again where the run was broken off or stopped, or may have been: other noise is in what was "
          + "read after that, so that the results differ from those of a run without a break, as those of two runs "
          + "differ: within their intervals and tolerances")
    }
  }

  /// Parks the device, compares once more, and closes the ledgers.
  func end(status: String) async throws {
    await device.park()
    await device.endReplay()
    guard let ledger else { return }
    guard try await ledger.close(status: status) else {
      throw CommandFailure(
        .checkFailed,
        "the ledger and the device's odometer do not agree at the end: `tare audit` says where")
    }
  }

  /// The name under which the chip's ledger is kept; nil where it has none.
  static func chipName(_ device: any PulseDevice, _ plan: Plan) -> String? {
    LedgerSession.chipName(of: device, named: plan.chip)
  }

  /// The run in a folder that can be gone on with, if it is the same one.
  private static func unfinishedRun(at path: String, _ plan: Plan) throws -> RunMark? {
    guard !plan.replaces, var mark = RunMark(of: path) else { return nil }
    var differing = Set(mark.settings.keys).union(plan.settings.keys).sorted().filter {
      mark.settings[$0] != plan.settings[$0]
    }
    if let name = plan.mayGrow, differing == [name],
      let before = mark.settings[name].flatMap(Int.init),
      let asked = plan.settings[name].flatMap(Int.init), asked > before
    {
      mark.settings = plan.settings
      mark.status = .running
      differing = []
    }
    guard mark.status != .finished else { return nil }
    guard let first = differing.first else { return mark }
    throw CommandFailure(
      .usage,
      "\(path) holds an unfinished run with other settings: \(first) was "
        + "\(mark.settings[first] ?? "not set") and is \(plan.settings[first] ?? "not set"). The same "
        + "command goes on with it, --force replaces it")
  }
}

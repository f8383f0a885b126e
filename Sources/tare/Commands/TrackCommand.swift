import AnalogTraining
import ArgumentParser
import Calibration
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import SymmetricPoint

/// `tare track`: the symmetric points of a tile, from pulses that others fire.
struct TrackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Follows symmetric points through pulses that were fired for anything else.",
    discussion: """
      Reads the trains, receipts and readings of a ledger: of a calibration, a training, or any other run, also while \
      it is being written. It fires nothing and takes no lock. What is told of a cell is the crossing of its two lines, \
      with an interval of 95 %; a cell that was not pulsed, or in one direction only, or whose steps reach from bound \
      to bound, gets no number.
        tare track digits
        tare track digits --out tracked --reference measured
        tare track digits --follow --alarm
        tare calibrate --refresh tracked --drift-pulses "1 % in 1e5" --tolerance 1% --out again

      --out writes a run folder with a reference map, which tare calibrate --refresh, tare reference and tare train \
      --reference take. Every so many pulses a check compares what was seen since the last one with --reference, or \
      with what was seen up to the first. An alarm says that points have moved: by chance in --false-alarms of checks.

      Exit codes: 0 done, also by Ctrl-C; 1 an alarm, with --alarm; 66 there is no ledger, or nothing in it.
      """)

  @OptionGroup var ledger: LedgerArgument

  @Flag(help: "Go on while the ledger is written, until its run ends or Ctrl-C.")
  var follow = false

  @Option(help: "The crossbar; tile 0 is the one that gradients pulse.")
  var tile = 0

  @Option(
    help: """
      lines: two lines for each cell, by a Kalman filter over its pulses; moving-average and kalman: over what is read \
      alone, which follow what a gradient makes of a cell, too.
      """)
  var tracker = Tracking.Method.lines

  @Option(
    help: ArgumentHelp(
      "What is expected of the cells: a preset or a device file. [what sim: was]",
      valueName: "preset or file"))
  var expect: String?

  @Option(
    help: "Standard deviation of a sample of a read, as a weight. [of sim:; .2 % of the window]")
  var readNoise: Double?

  @Option(
    help: ArgumentHelp(
      "Points that are known: a run folder, or a reference.json.", valueName: "run or file"))
  var reference: String?

  @Option(help: "An error that is good enough, one standard deviation, such as 1% or 0.02.")
  var tolerance = "1%"

  @Option(help: "A check after so many pulses a cell, over the mean of the cells.")
  var every = 100

  @Option(help: "The chance of an alarm at a check where nothing has moved.")
  var falseAlarms = 0.01

  @Flag(help: "End with exit code 1 where there was an alarm.")
  var alarm = false

  @Option(name: .shortAndLong, help: "The run folder to write.")
  var out: String?

  @Flag(help: "Replace a run folder that exists.")
  var force = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let limit = try check()
      let source = try TrackedLedger(
        try ledger.path(), expect: expect, readNoise: readNoise)
      guard source.genesis.level == .run else {
        throw CommandFailure(
          .usage,
          "\(source.path) is the ledger of a chip, which holds pulses and not what was read: name the folder of a run"
        )
      }
      guard (0..<source.genesis.tiles).contains(tile) else {
        throw CommandFailure(
          .usage,
          "--tile \(tile): \(source.device.model) \(source.device.serialNumber) has tiles 0 to \(source.genesis.tiles - 1)"
        )
      }
      let tracking = try await Tracking(
        source, tile: tile, method: tracker, every: every, falseAlarms: falseAlarms,
        known: try known(source))
      // Made before hours of following: what cannot be written must be known by then.
      var mark = mark(source)
      let made = try out.map { try makeFolder(at: RunFolder.resolved($0), mark, source) }
      let report: TrackReport
      do {
        let end = follow ? try await followed(tracking) : try finished(tracking)
        mark.status = .finished
        report = try end.report(mark, tolerance: limit.weight(range: source.expected.range))
      } catch {
        if let made { try? FileManager.default.removeItem(atPath: made.folder.path) }
        made?.earlier?.restore()
        throw error
      }
      made?.earlier?.discard()
      let folder = made?.folder
      if output.json { try output.printJSON(report.record) } else { try output.write(report.text) }
      if let folder {
        try report.write(to: folder)
        output.talk.say("wrote \(folder.path)")
      }
      if alarm, !report.alarms.isEmpty { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
  }

  /// Makes the folder, or moves the run aside that was in it; what is followed and what is known stay where they are.
  private func makeFolder(
    at path: String, _ mark: RunMark, _ source: TrackedLedger
  ) throws -> (folder: RunFolder, earlier: ReplacedRun?) {
    for kept in [source.path, reference].compactMap({ $0 }).map(RunFolder.resolved)
    where kept == path || kept.hasPrefix(path + "/") {
      throw CommandFailure(
        .usage,
        "--out \(path): \(kept) is in it, which is read here; nothing was removed. Choose another folder"
      )
    }
    let earlier = force ? try RunSession.replaced(at: path) : nil
    do {
      return (try RunFolder.create(at: path, record: mark, replacing: force), earlier)
    } catch {
      earlier?.restore()
      throw error
    }
  }

  private func check() throws -> Tolerance {
    guard let limit = Tolerance(text: tolerance) else {
      throw CommandFailure(
        .usage,
        "--tolerance \"\(tolerance)\": write a part of the window such as 1%, or a weight such as 0.02"
      )
    }
    // What others begin from, or act on, needs an interval that holds.
    if tracker != .lines, out != nil || alarm {
      throw CommandFailure(
        .usage,
        "--tracker \(tracker.rawValue): what gradients make of a cell is in what is read and not in its spread, so that "
          + "it leaves no map with --out and tells no alarm; --tracker lines does")
    }
    guard every > 0 else { throw CommandFailure(.usage, "--every \(every): 1 or more") }
    guard falseAlarms > 0, falseAlarms < 1 else {
      throw CommandFailure(.usage, "--false-alarms \(falseAlarms): a chance between 0 and 1")
    }
    if let readNoise, !(readNoise >= 0 && readNoise.isFinite) {
      throw CommandFailure(.usage, "--read-noise \(readNoise): a weight of 0 or more")
    }
    return limit
  }

  private func known(_ source: TrackedLedger) throws -> KnownReference? {
    guard let reference else { return nil }
    let points = try KnownPoints(reference)
    try points.check(source.device)
    guard points.map.run != source.campaign.run.uuidString || points.map.run == nil else {
      throw CommandFailure(
        .usage,
        "--reference \(reference): it was learnt from this very run, whose pulses would count twice; take that of "
          + "an earlier one")
    }
    return try points.reference(
      of: .whole(tile: Tile(tile), rows: source.genesis.rows, columns: source.genesis.columns))
  }

  /// The run that was tracked is the one that is told of: what others do with its points, they count from its end.
  private func mark(_ source: TrackedLedger) -> RunMark {
    var settings = source.settings
    settings["algorithm"] = "track-" + tracker.rawValue
    settings["tracks"] = source.path
    settings["tare"] = TareCommand.version
    return RunMark(id: source.campaign.run, settings: settings)
  }

  /// All that is in the ledger, gone through twice: steps are linear around what the first time has found.
  private func finished(_ tracking: Tracking) throws -> Tracking {
    var first = tracking
    _ = try first.advance()
    return try again(first)
  }

  private func again(_ first: Tracking) throws -> Tracking {
    guard tracker == .lines else { return first }
    var second = try first.again()
    _ = try second.advance()
    return second
  }

  /// Goes on until the run ends.
  private func followed(_ tracking: Tracking) async throws -> Tracking {
    try await Interruption.watching { interruption in
      var tracking = tracking
      var quiet = 0
      while !interruption.isAsked {
        let isNew = try tracking.advance(most: 2_000) { try tell($0) }
        quiet = isNew ? 0 : quiet + 1
        if isNew { continue }
        if tracking.record.source.hasEnded { return try again(tracking) }
        // Twice: a run is not written by anyone for a moment while it opens its ledger.
        if quiet > 4, LedgerStore.writer(of: tracking.ledger.path) == nil {
          output.talk.say(
            "\(tracking.ledger.path): nobody writes it any more, and its run has not ended: it was killed, and goes "
              + "on when its command is given again")
          return tracking
        }
        try? await interruption.cancelling { try await Task.sleep(for: .milliseconds(300)) }
      }
      return tracking
    }
  }

  /// A line for a check on the way.
  private func tell(_ check: Tracking.Check) throws {
    var text = "\(check.pulses) pulses: \(check.cells) cells with a point"
    if let width = check.medianHalfWidth {
      text += String(format: ", the median within %.3g", width)
    }
    if let error = check.error { text += String(format: ", rms error %.3g", error) }
    if let alarm = check.alarm { text += "; ALARM at " + alarm.words }
    if output.json { output.talk.say(text) } else { try output.write(text + "\n") }
  }
}

extension Tracking.Method: ExpressibleByArgument {}

import ArgumentParser
import Calibration
import Foundation
import PhysicalUnits
import Reporting

/// `tare schedule`: several boards at once, as a file says.
struct ScheduleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule", abstract: "Calibrates several boards at once, as a file says.",
    discussion: """
      Each [[campaign]] of the file does what `tare calibrate` does with the same options, in a run folder of its \
      own, on a board of its own; docs/schedule-file.md lists the keys.
        tare schedule night.toml --dry-run
        tare schedule night.toml

      One board that fails stops no other one. The same command again goes on: what is finished stays, what was \
      interrupted or killed goes on where it stood. The exit code is 0 if all is finished, and else that of \
      the failure with the highest priority; every failure is said.
      """)

  @Argument(help: ArgumentHelp("The schedule file.", valueName: "file"))
  var file: String

  @OptionGroup var homeOptions: LedgerHomeOptions

  @Option(
    name: .long,
    help: "Threads of each simulator; results do not depend on it. [TARE_THREADS or all processors]"
  )
  var threads: Int?

  @Option(help: "How often to look at campaigns that have every = ... [until it is stopped]")
  var times: Int?

  @Flag(help: "Print what all of it would cost, and fire nothing.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      if let times, times < 1 {
        throw CommandFailure(.usage, "--times is \(times): 1 or more is possible")
      }
      let schedule = try ScheduleFile(data: try Input.data(file), name: file)
      try await Interruption.watching { interruption in
        try await look(schedule, interruption)
      }
    }
  }

  /// Carries out what is to be done, as often as it is asked for.
  private func look(_ schedule: ScheduleFile, _ interruption: Interruption) async throws {
    let more =
      (homeOptions.homePath.map { ["--home=\($0)"] } ?? [])
      + (threads.map { ["--threads=\($0)"] } ?? [])
    let isPeriodic = schedule.campaigns.contains { $0.refresh != nil }
    var looks = 0
    while true {
      looks += 1
      let now = Date()
      let calibrations = try schedule.campaigns.map { try ScheduledCalibration($0, more, now: now) }
      let round = ScheduleRound(
        file: schedule, calibrations: calibrations, interruption: interruption, talk: output.talk)
      var ends = await round.run(dryRun: dryRun)
      for (place, campaign) in schedule.campaigns.enumerated() {
        guard let terms = campaign.refresh, ends[place].next == nil else { continue }
        // A board that is away is tried again when the others are, or after as long as one that was calibrated.
        ends[place].next = Date().addingTimeInterval(terms.every.value)
      }
      let code = try tell(ends, by: schedule.campaigns.map(\.priority))
      guard isPeriodic, !dryRun, looks < times ?? .max, !interruption.isAsked else {
        if let code { throw ExitCode(code) }
        return
      }
      try await sleep(until: ends.compactMap(\.next).min() ?? Date(), interruption)
    }
  }

  private func sleep(until next: Date, _ interruption: Interruption) async throws {
    output.talk.say("the next look is in \(TimeLeft.text(Seconds(next.timeIntervalSinceNow)))")
    do {
      try await interruption.cancelling {
        try await Task.sleep(for: .seconds(max(0, next.timeIntervalSinceNow)))
      }
    } catch {
      throw CommandFailure(.interrupted, "stopped while nothing was being calibrated")
    }
  }

  /// Prints what became of all.
  ///
  /// - Returns: the exit code of the failure that matters most.
  private func tell(_ ends: [ScheduleReport.Campaign], by priorities: [Int]) throws -> Int32? {
    let report = ScheduleReport(ends)
    if output.json { try output.printJSON(report) } else { try output.write(report.text) }
    let failed = CalibrationSchedule.order(priorities).filter { ends[$0].exitCode != 0 }
    for place in failed {
      Talk.always("tare schedule: \(ends[place].name): \(ends[place].failure ?? "it failed")")
    }
    return failed.first.map { ends[$0].exitCode }
  }
}

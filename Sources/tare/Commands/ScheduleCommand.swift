import ArgumentParser
import Calibration
import Foundation
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

  @Flag(help: "Print what all of it would cost, and fire nothing.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let schedule = try ScheduleFile(data: try Input.data(file), name: file)
      let more =
        (homeOptions.homePath.map { ["--home=\($0)"] } ?? [])
        + (threads.map { ["--threads=\($0)"] } ?? [])
      let calibrations = try schedule.campaigns.map { try ScheduledCalibration($0, more) }
      try await Interruption.watching { interruption in
        let round = ScheduleRound(
          file: schedule, calibrations: calibrations, interruption: interruption,
          talk: output.talk)
        let ends = await round.run(dryRun: dryRun)
        try tell(ends, by: schedule.campaigns.map(\.priority))
      }
    }
  }

  /// Prints what became of all, and ends with the first failure.
  private func tell(_ ends: [ScheduleReport.Campaign], by priorities: [Int]) throws {
    let report = ScheduleReport(ends)
    if output.json { try output.printJSON(report) } else { try output.write(report.text) }
    let failed = CalibrationSchedule.order(priorities).filter { ends[$0].exitCode != 0 }
    for place in failed {
      Talk.always("tare schedule: \(ends[place].name): \(ends[place].failure ?? "it failed")")
    }
    if let first = failed.first { throw ExitCode(ends[first].exitCode) }
  }
}

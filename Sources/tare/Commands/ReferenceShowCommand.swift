import ArgumentParser
import Calibration
import Reporting

/// `tare reference show`: what a calibration has left behind.
struct ReferenceShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Sums up the reference map of a run.",
    discussion: """
      RUN is a run folder of tare calibrate, or a reference map by itself.
        tare reference show measured
        tare reference show measured --json

      Exit codes: 65 the file is damaged, or none of this form; 66 there is none.
      """)

  @Argument(help: ArgumentHelp("The run folder, or a reference.json.", valueName: "run"))
  var source: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let report = ReferenceReport(try ReferenceMap(run: source))
      if output.json { try output.printJSON(report.record) } else { try output.write(report.text) }
    }
  }
}

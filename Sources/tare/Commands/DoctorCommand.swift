import ArgumentParser
import BoardTransport
import Reporting

/// `tare doctor`: what keeps boards from being used, and what to do.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what keeps boards from being used here, and the command that mends it.",
    discussion: """
      Looks at libraries, USB, udev and its rules, groups, ModemManager and brltty, and at each port that may be a board: \
      whether it may be opened, who holds it, what slows it down. Nothing is changed, and nothing is written to any port. \
      What it finds stands in the order in which it should be mended, each with the commands.

      Exit codes: 0 nothing is missing or in the way; 1 something is.
      """)

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let findings = Doctor(surroundings: .live, found: .look()).examine()
      if output.json {
        try output.printJSON(findings)
      } else {
        try output.write(DoctorReport(findings, isShort: output.quiet).text)
      }
      if findings.contains(where: \.isFailed) { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
  }
}

import ArgumentParser
import PulseLedger
import Reporting

/// `tare audit`: whether a ledger balances, and what has been spent on which cell.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Says whether a ledger balances, and what each cell has seen.",
    discussion: """
      Opens the ledger of a run, or the lifetime ledger of a chip, verifies every record, and tells \
      what was commanded and delivered, for which cause, at which voltage and width, what is uncertain \
      and why. It only reads, and may run while the ledger is written.
        tare audit runs/demo --endurance 1e6
        tare audit hfox-a3 --html audit.html

      Exit codes: 0 it balances, 1 it does not, 65 so damaged that nothing can be told, 66 no such \
      ledger.
      """)

  @OptionGroup var ledger: LedgerArgument

  @Option(help: "Pulses that a cell is stated to survive: adds shares of it, such as 1e6.")
  var endurance: Double?

  @Option(help: "How many of the hottest and of the most exposed cells are listed.")
  var cells: Int = 10

  @Option(help: "Write the report as a page with maps, too.")
  var html: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      if let endurance, !(endurance > 0 && endurance.isFinite) {
        throw CommandFailure(
          .usage, "--endurance \(endurance): a number of pulses above 0 is needed")
      }
      guard cells >= 0 else { throw CommandFailure(.usage, "--cells \(cells): 0 or more") }
      let audit = try LedgerAudit.of(try ledger.path(), cells: cells)
      let report = AuditReport(audit, endurance: endurance)
      if let html { try OutputFile.write(report.html, to: html) }
      if output.json {
        try output.printJSON(report.record)
      } else {
        try output.write(report.text)
      }
      if let html { output.talk.say("wrote \(html)") }
      if !audit.balances { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
  }
}

import ArgumentParser
import PulseLedger
import Reporting

/// `tare ledger verify`: whether the records are those that were written.
struct LedgerVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verifies a ledger from its first record to its last.",
    discussion: """
      Recomputes every hash, the totals, the digests of readings and the signatures, and compares the \
      file with its seal. Exit code 1 and the first bad record where something is not as it was \
      written.
        tare ledger verify runs/demo
      """)

  @OptionGroup var ledger: LedgerArgument

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let path = try ledger.path()
      let report = VerificationReport(try LedgerVerification.verify(path), of: path)
      if output.json { try output.printJSON(report.record) } else { try output.write(report.text) }
      if !report.holds { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
  }
}

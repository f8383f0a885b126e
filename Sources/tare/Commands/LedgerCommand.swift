import ArgumentParser

/// `tare ledger`: the record of every pulse, of a run or of a chip's life.
struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "The record of every pulse: read it, verify it, compare it with the device.",
    discussion: """
      A ledger is named by its run folder, its file, or its chip.
        tare ledger totals runs/demo
        tare ledger verify hfox-a3

      docs/ledger-format.md describes the file, so that other programs can check it.
      """,
    subcommands: [
      LedgerShowCommand.self,
      LedgerTotalsCommand.self,
      LedgerVerifyCommand.self,
      LedgerReconcileCommand.self,
      LedgerExportCommand.self,
      LedgerAdoptCommand.self,
      LedgerKeyCommand.self,
    ])
}

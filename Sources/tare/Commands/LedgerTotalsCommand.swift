import ArgumentParser
import PulseLedger
import Reporting

/// `tare ledger totals`: pulses by cause, shape, tile and cell.
struct LedgerTotalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "totals",
    abstract: "Prints pulses by cause and shape, and writes maps of the cells.",
    discussion: """
      The totals are those that the ledger keeps; `tare ledger verify` proves that they follow from \
      its records.
        tare ledger totals hfox-a3
        tare ledger totals hfox-a3 --cells cells.csv
        tare ledger totals hfox-a3 --cells maps/

      --cells writes every cell: FILE.csv has a line a cell, FILE.npy the pulses of a chip of one \
      tile, and a folder gets cells.csv and a map of each count and tile (NPY).
      """)

  @OptionGroup var ledger: LedgerArgument

  @Option(help: "Write the counts of every cell to a file (.csv, .npy) or a folder.")
  var cells: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let report = LedgerTotalsReport(try LedgerTotals.of(try ledger.path()))
      let written = try cells.map { try report.writeCells(to: $0) } ?? []
      if output.json { try output.printJSON(report.record) } else { try output.write(report.text) }
      if !written.isEmpty { output.talk.say("wrote \(written.joined(separator: ", "))") }
    }
  }
}

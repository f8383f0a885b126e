import ArgumentParser
import PulseLedger
import Reporting

/// `tare ledger export`: the trains of a ledger for other programs.
struct LedgerExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the trains of a ledger as CSV or JSON Lines.",
    discussion: """
      One line a train, times in UTC (ISO 8601), in the order in which outcomes were known; trains \
      without an outcome stand at the end as open. JSON Lines hold all other records too.
        tare ledger export runs/demo --out trains.csv
        tare ledger export hfox-a3 --format jsonl | head
      """)

  @OptionGroup var ledger: LedgerArgument

  @Option(help: "csv or jsonl. [csv, or what the name of the file ends in]")
  var format: String?

  @Option(name: .shortAndLong, help: "The file to write. [stdout]")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let format = try resolvedFormat()
      let reader = try LedgerReader(try ledger.path())
      let file = try GrowingFile(out ?? "/dev/stdout")
      try LedgerExport.write(reader, as: format) { try file.append($0) }
      try file.finish()
      if let out { output.talk.say("wrote \(out)") }
    }
  }

  private func resolvedFormat() throws -> LedgerExport.Format {
    guard let format else {
      return output.json || out?.hasSuffix(".jsonl") == true ? .jsonl : .csv
    }
    guard let known = LedgerExport.Format(rawValue: format.lowercased()) else {
      throw CommandFailure(.usage, "--format \"\(format)\": csv or jsonl")
    }
    return known
  }
}

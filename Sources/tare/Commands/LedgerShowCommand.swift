import ArgumentParser
import PulseLedger
import Reporting

/// `tare ledger show`: the records, a line each.
struct LedgerShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints the records of a ledger, a line each.",
    discussion: """
      Number, time (UTC), kind and what the record says; with --json an object a line.
        tare ledger show runs/demo --last 20
      """)

  @OptionGroup var ledger: LedgerArgument

  @Option(help: "Begin at this record.")
  var from: Int?

  @Option(help: "Print the last so many records.")
  var last: Int?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      if let from, from < 1 { throw CommandFailure(.usage, "--from \(from): records count from 1") }
      if let last, last < 0 { throw CommandFailure(.usage, "--last \(last): 0 or more") }
      if from != nil && last != nil {
        throw CommandFailure(.usage, "--from and --last: one of them")
      }
      let reader = try LedgerReader(try ledger.path())
      let first = try last.map { max(1, try reader.lastRecord() - $0 + 1) } ?? from ?? 1
      let stdout = try GrowingFile("/dev/stdout")
      try reader.forEach(from: first) { record, entry in
        let line = RecordLine(record, entry)
        try stdout.append(output.json ? line.json : line.text)
        return true
      }
      try stdout.finish()
    }
  }
}

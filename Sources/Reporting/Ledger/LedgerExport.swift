import DeviceContract
public import PulseLedger

/// A ledger as CSV or JSON Lines: one line a train, in the order in which their outcomes were known, and
/// those without one at the end.
///
/// One train is in memory at a time, besides those that are open.
public struct LedgerExport {
  /// The forms of an export.
  public enum Format: String, Sendable, CaseIterable {
    /// Trains alone.
    case csv
    /// Trains, and every other record as a line of its own kind.
    case jsonl
  }

  private let format: Format
  private let sink: (String) throws -> Void
  private var open: [UInt64: TrainLine] = [:]
  private var device: DeviceIdentity?
  private var campaign: LedgerEntry.Campaign?

  /// Exports a ledger, piece by piece.
  ///
  /// - Throws: ``LedgerError``, and what the sink throws.
  public static func write(
    _ ledger: LedgerReader, as format: Format, to sink: @escaping (String) throws -> Void
  ) throws {
    var export = LedgerExport(format: format, sink: sink)
    if format == .csv { try sink(CSVTable(columns: TrainLine.columns).text) }
    try ledger.forEach { record, entry in
      try export.visit(record, entry)
      return true
    }
    for line in export.open.values.sorted(by: { $0.intentRecord < $1.intentRecord }) {
      try export.write(line)
    }
  }

  private init(format: Format, sink: @escaping (String) throws -> Void) {
    (self.format, self.sink) = (format, sink)
  }

  private mutating func visit(_ record: Int, _ entry: LedgerEntry) throws {
    switch entry.content {
    case .intent(let intent):
      open[intent.number] = TrainLine(
        intent, record: record, time: entry.time, device: device, campaign: campaign)
      return
    case .outcome(let outcome):
      guard var line = open.removeValue(forKey: outcome.number) else { return }
      (line.outcome, line.outcomeRecord, line.ended) = (outcome, record, entry.time)
      try write(line)
      return
    case .connection(let connection): device = connection.device
    case .campaign(let begun): campaign = begun
    default: break
    }
    if format == .jsonl { try sink(RecordLine(record, entry).json) }
  }

  private func write(_ line: TrainLine) throws {
    switch format {
    case .csv: try sink(line.fields.map(\.quoted).joined(separator: ",") + "\n")
    case .jsonl: try sink(line.json)
    }
  }
}

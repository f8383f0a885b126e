import DeviceContract
import Foundation
import PhysicalUnits
public import PulseLedger

/// The totals of a ledger: as text and as JSON.
public struct LedgerTotalsReport: Sendable {
  let totals: LedgerTotals

  /// A report of totals.
  public init(_ totals: LedgerTotals) { self.totals = totals }

  /// A table by tile, cause and shape, one by cause, and sums.
  public var text: String {
    var shapes = TextTable(columns: [
      .init("tile", alignment: .right), .init("cause", alignment: .left),
      .init("amplitude", alignment: .right), .init("width", alignment: .right),
      .init("fired up", alignment: .right), .init("fired down", alignment: .right),
    ])
    for line in totals.lines {
      shapes.append([
        "\(line.tile)", line.cause?.rawValue ?? "adopted",
        line.shape.map { "\($0.amplitude)" } ?? "", line.shape.map { "\($0.width)" } ?? "",
        count(line.fired.up), count(line.fired.down),
      ])
    }
    var causes = TextTable(columns: [
      .init("cause", alignment: .left), .init("trains", alignment: .right),
      .init("commanded", alignment: .right), .init("fired up", alignment: .right),
      .init("fired down", alignment: .right), .init("uncertain", alignment: .right),
      .init("exposures", alignment: .right),
    ])
    for (name, sums) in totals.causes.map({ ($0.name, $0.sums) }) + [("all", totals.total)] {
      causes.append([
        name, count(sums.trains), count(sums.commanded.all), count(sums.fired.up),
        count(sums.fired.down), count(sums.uncertain), count(sums.exposures),
      ])
    }
    var text = causes.text + "\n" + shapes.text
    text +=
      "\n\(count(totals.records)) records, \(count(totals.adopted)) adopted pulses, "
      + "\(count(totals.refusals)) refused trains, \(count(totals.open)) trains without an outcome\n"
    return text
  }

  private func count(_ number: Int) -> String { NumberText.thousands(number) }

  /// What `--json` prints; units are in the names.
  public struct Record: Encodable, Sendable {
    struct TileLine: Encodable, Sendable {
      let tile: Int
      let cause: String
      let amplitudeVolts, widthSeconds: Double?
      let fired: PulseTotals
    }
    /// The form of this record.
    public let schema = "tare-ledger-totals"
    /// Its version.
    public let version = 1
    let ledger: AuditReport.Ledger
    let records, adopted, refusals, open: Int
    let total: AuditReport.Sums
    let causes, days: [AuditReport.Line]
    let lines: [TileLine]
  }

  /// The totals; cells are left to the maps.
  public var record: Record {
    Record(
      ledger: AuditReport.Ledger(totals.genesis), records: totals.records,
      adopted: totals.adopted, refusals: totals.refusals, open: totals.open,
      total: AuditReport.Sums(totals.total),
      causes: totals.causes.map(AuditReport.Line.init),
      days: totals.days.map(AuditReport.Line.init),
      lines: totals.lines.map {
        Record.TileLine(
          tile: $0.tile, cause: $0.cause?.rawValue ?? "adopted",
          amplitudeVolts: $0.shape?.amplitude.value, widthSeconds: $0.shape?.width.seconds.value,
          fired: $0.fired)
      })
  }
}

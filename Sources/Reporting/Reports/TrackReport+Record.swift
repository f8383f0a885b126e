public import AnalogTraining
import Calibration
import DeviceContract
import Foundation

extension TrackReport {
  /// What `run.json` and `--json` hold; errors and points are weights.
  public struct Record: Encodable, Sendable {
    let schema = "tare-tracking"
    let version = 1
    let id: UUID
    let status: RunMark.Status
    let settings: [String: String]
    let started, finished: Date
    let ledger: String
    let device: DeviceIdentity
    let region: CellRegion
    let tracker: String
    let hasEnded: Bool
    let cells: [String: Int]
    let cellsWithPoint: Int
    let medianHalfWidth: Double?
    let innovationRatio: Double?
    let comparison: Comparison?
    let alarms: [DriftAlarm]
    let checks: [Check]
    let pulses, trains, reads: Int
  }

  /// The record of what was learnt.
  public var record: Record {
    let widths = map.cells.compactMap(\.halfWidth).sorted()
    return Record(
      id: mark.id, status: mark.status, settings: mark.settings, started: mark.started,
      finished: finished, ledger: ledger, device: map.device, region: map.region,
      tracker: map.method, hasEnded: hasEnded, cells: says, cellsWithPoint: widths.count,
      medianHalfWidth: widths.isEmpty ? nil : Double(widths[widths.count / 2]),
      innovationRatio: innovationRatio, comparison: comparison, alarms: alarms, checks: checks,
      pulses: pulses, trains: trains, reads: reads)
  }

  /// What is printed for people.
  public var text: String {
    let record = record
    let digits = { (value: Double) in NumberText.significant(value, digits: 3) }
    var table = TextTable(columns: [
      .init("what", alignment: .left), .init("found", alignment: .left),
    ])
    table.append(["ledger", ledger + (hasEnded ? "" : ", whose run has not ended")])
    table.append(["cells", "\(map.region)"])
    table.append(["tracker", map.method])
    table.append([
      "seen",
      "\(NumberText.thousands(trains)) trains, \(NumberText.thousands(pulses)) pulses, "
        + "\(NumberText.thousands(reads)) cells read",
    ])
    table.append(["cells with a point", NumberText.thousands(record.cellsWithPoint)])
    for (name, count) in says.sorted(by: { $0.key < $1.key }) where count > 0 && name != "point" {
      table.append(["no number: " + name, NumberText.thousands(count)])
    }
    // What gradients make of reads is in no spread of reads.
    let hasIntervals = innovationRatio != nil
    if let width = record.medianHalfWidth {
      table.append(
        hasIntervals
          ? ["95 % interval of the median cell", "± \(digits(width))"]
          : [
            "1.96 times the spread of the median cell", "± \(digits(width)), which is no interval",
          ])
    }
    if let ratio = innovationRatio { table.append(["squared innovations", digits(ratio)]) }
    if let found = comparison {
      table.append([
        "against the truth",
        "rms error \(digits(found.rms)), median \(digits(found.median)), where the points spread by "
          + "\(digits(found.trueDeviation)); \(digits(100 * found.coverage)) % of the \(hasIntervals ? "intervals" : "spreads") hold it",
      ])
    }
    table.append([
      "alarms", alarms.isEmpty ? "none in \(checks.count) checks" : alarms[0].words,
    ])
    for alarm in alarms.dropFirst() { table.append(["", alarm.words]) }
    return table.text
  }
}

extension DriftAlarm {
  /// What it tells people.
  public var words: String {
    let place = "row \(row), column \(column)"
    let what =
      switch kind {
      case .common:
        "points of \(cells) cells moved by \(NumberText.significant(shift, digits: 3)) in the mean"
      case .scatter: "points of \(cells) cells moved to both sides, most of all \(place)"
      case .cell: "the point of \(place) moved"
      }
    return
      "check \(check): \(what); by chance in \(NumberText.significant(chance, digits: 2)) of checks"
  }
}

public import Calibration
import DeviceContract
import SymmetricPoint

/// What a reference map holds, summed up.
public struct ReferenceReport: Sendable {
  private let map: ReferenceMap

  /// The report of a map.
  public init(_ map: ReferenceMap) { self.map = map }

  /// What `--json` prints; errors and points are weights.
  public struct Record: Encodable, Sendable {
    let schema = "tare-reference-summary"
    let version = 1
    let device: DeviceIdentity
    let region: CellRegion
    let method: String
    let tolerance: Double?
    let confidence: Double
    let run, stoppedBy: String?
    let cells: [String: Int]
    let cellsWithoutPoint: Int
    let mean, deviation, medianHalfWidth: Double?
    let pulsesPerCell: Double
  }

  /// The summary.
  public var record: Record {
    let values = map.values.compactMap { $0.map(Double.init) }
    let (mean, deviation) = ErrorSummary.moments(values)
    let widths = map.cells.compactMap(\.halfWidth).sorted()
    return Record(
      device: map.device, region: map.region, method: map.method, tolerance: map.tolerance,
      confidence: map.confidence, run: map.run, stoppedBy: map.stoppedBy,
      cells: Dictionary(
        uniqueKeysWithValues: SymmetricPointEstimate.Verdict.allCases.map { verdict in
          (verdict.rawValue, map.cells.count { $0.verdict == verdict })
        }),
      cellsWithoutPoint: map.empty.count, mean: values.isEmpty ? nil : mean,
      deviation: values.isEmpty ? nil : deviation,
      medianHalfWidth: widths.isEmpty ? nil : Double(widths[widths.count / 2]),
      pulsesPerCell: Double(map.cells.reduce(0) { $0 + $1.pulses }) / Double(map.cells.count))
  }

  /// The summary for people.
  public var text: String {
    let record = record
    let region = map.region
    let digits = { (value: Double?) in value.map { NumberText.significant($0, digits: 4) } ?? "none"
    }
    let verdicts = SymmetricPointEstimate.Verdict.allCases.compactMap { verdict in
      (record.cells[verdict.rawValue] ?? 0) > 0
        ? "\(record.cells[verdict.rawValue] ?? 0) \(verdict.rawValue)" : nil
    }
    var lines = [
      ("device", "\(map.device.model) \(map.device.serialNumber)"),
      ("cells", "\(region.rows.count) x \(region.columns.count), \(region)"),
      ("method", map.method + (map.tolerance.map { ", to \(digits($0))" } ?? "")),
      (
        "symmetric points",
        "mean \(digits(record.mean)), standard deviation \(digits(record.deviation))"
      ),
      (
        "intervals",
        "median half width \(digits(record.medianHalfWidth)), \(NumberText.significant(100 * map.confidence, digits: 3)) %"
      ),
      ("verdicts", verdicts.joined(separator: ", ")),
      ("pulses a cell", NumberText.significant(record.pulsesPerCell, digits: 4)),
    ]
    if let run = map.run { lines.append(("run", run)) }
    if let stop = map.stoppedBy { lines.append(("stopped", stop)) }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map {
      $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 + "\n"
    }.joined()
  }
}

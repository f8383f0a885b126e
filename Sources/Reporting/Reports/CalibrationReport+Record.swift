import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import SymmetricPoint

extension CalibrationReport {
  /// What `run.json` and `--json` hold; units are in the names.
  public struct Record: Encodable, Sendable {
    /// The form of this record.
    public let schema = "tare-calibration"
    /// Its version.
    public let version = 1
    let id: UUID
    let status: RunMark.Status
    let settings: [String: String]
    let device: DeviceIdentity
    let region: CellRegion
    let started, finished: Date
    let stoppedBy: String?
    let cells: [String: Int]
    /// What the numbers of the map `verdict` mean.
    let verdicts: [String]
    let method: String?
    let tolerance, expectedPulsesPerCell, innovationRatio: Double?
    let course: [SearchProgress]?
    let parts: [CampaignStage]?
    let audit: AuditRecord?
    let replanned: Replanning?
    let estimatedMean, estimatedDeviation, medianHalfWidth: Double
    let truth: ErrorSummary?
    let coverage: Double?
    let pulsesByCause: [String: PulseTotals]
    let pulsesUp, pulsesDown, pulses, pulsesPerCellMost, uncertainPulses: Int
    let trains, refusals, reads, samples, halfSelectExposures: Int
    /// Reads that a run without a break does not make, and those whose results were lost.
    let extraReads, readsLost: Int
    let deviceTimeSeconds, energyJoules: Double
  }

  /// The record of this calibration.
  public var record: Record {
    let (mean, deviation) = ErrorSummary.moments(estimates.map(Double.init))
    let totals = account.totals
    return Record(
      id: run.id, status: result.stoppedBy == nil ? .finished : .interrupted,
      settings: run.settings, device: capabilities.identity, region: result.region,
      started: run.started, finished: finished, stoppedBy: result.stoppedBy?.explanation,
      cells: Dictionary(
        uniqueKeysWithValues: SymmetricPointEstimate.Verdict.allCases.map {
          ($0.rawValue, result.count(of: $0))
        }),
      verdicts: SymmetricPointEstimate.Verdict.allCases.map(\.rawValue),
      method: result.search?.plan.method.rawValue, tolerance: result.search?.plan.tolerance,
      expectedPulsesPerCell: result.search.map { Double($0.plan.expected.pulsesPerCell) },
      innovationRatio: result.search?.found.innovationRatio, course: result.search?.found.course,
      parts: result.campaign?.stages, audit: result.campaign?.audit.map(AuditRecord.init),
      replanned: result.campaign?.replanning,
      estimatedMean: mean, estimatedDeviation: deviation, medianHalfWidth: medianHalfWidth,
      truth: errors, coverage: coverage,
      pulsesByCause: Dictionary(
        uniqueKeysWithValues: account.pulses.map { ($0.key.rawValue, $0.value) }),
      pulsesUp: totals.up, pulsesDown: totals.down, pulses: totals.all,
      pulsesPerCellMost: zip(counts.up, counts.down).map { Int($0 + $1) }.max() ?? 0,
      uncertainPulses: account.uncertain, trains: account.trains, refusals: account.refusals,
      reads: account.reads, samples: account.samples, halfSelectExposures: account.exposures,
      extraReads: account.extraReads, readsLost: account.readsLost,
      deviceTimeSeconds: account.time.value, energyJoules: account.energy.value)
  }

  /// Writes the record, the maps, the figures and the list of trains into a run folder.
  public func write(to folder: RunFolder) throws {
    try writeMaps(to: folder)
    for (name, figure) in figures { try folder.write(figure.svg(), to: "figures/\(name).svg") }
    try folder.writeJSON(record, to: RunFolder.recordName)
  }

  private func writeMaps(to folder: RunFolder) throws {
    let (rows, columns) = (result.region.rows.count, result.region.columns.count)
    func map<Element: NPYElement>(_ name: String, _ values: [Element]) throws {
      try folder.write(
        try NPYWriter.encode(values, rows: rows, columns: columns), to: "maps/\(name).npy")
    }
    try map("symmetric-point", estimates)
    try map("half-width", result.estimates.map(\.halfWidth))
    let verdicts = SymmetricPointEstimate.Verdict.allCases
    try map("verdict", result.estimates.map { Int32(verdicts.firstIndex(of: $0.verdict) ?? -1) })
    try map("pulses", zip(counts.up, counts.down).map { $0 + $1 })
    try map("pulses-up", counts.up)
    try map("pulses-down", counts.down)
    try map("half-select-exposures", exposures)
    if let truth { try map("true-symmetric-point", truth.map { Float($0 ?? .nan) }) }
    try folder.write(try cellTable().text, to: "maps/cells.csv")
    try folder.writeJSON(reference, to: ReferenceMap.fileName)
  }

  /// What the calibration leaves behind for those who use it.
  var reference: ReferenceMap {
    let search = result.search
    return ReferenceMap(
      device: capabilities.identity, region: result.region,
      method: search?.plan.method.rawValue ?? run.settings["method"] ?? "unknown",
      tolerance: search?.plan.tolerance, run: run.id.uuidString,
      stoppedBy: result.stoppedBy?.explanation,
      cells: result.estimates.enumerated().map { cell, estimate in
        ReferenceMap.Cell(estimate, step: search?.found.steps?[cell])
      })
  }

  private func cellTable() throws -> CSVTable {
    var columns: [CSVTable.Column] = [
      .init("row"), .init("column"), .init("symmetric_point"), .init("low"), .init("high"),
      .init("conductance", unit: "S"), .init("verdict"), .init("pulses_up"), .init("pulses_down"),
      .init("half_select_exposures"),
    ]
    if truth != nil { columns.append(.init("true_symmetric_point")) }
    var table = CSVTable(columns: columns)
    for (offset, estimate) in result.estimates.enumerated() {
      let row = result.region.rows.lowerBound.index + offset / result.region.columns.count
      let column = result.region.columns.lowerBound.index + offset % result.region.columns.count
      var fields: [CSVField] = [
        .integer(row), .integer(column), .number(Double(estimate.value)),
        .number(Double(estimate.interval.lowerBound)),
        .number(Double(estimate.interval.upperBound)),
        .number(capabilities.scale.siemens(Double(estimate.value)).value),
        .text(estimate.verdict.rawValue), .integer(Int(counts.up[offset])),
        .integer(Int(counts.down[offset])), .integer(Int(exposures[offset])),
      ]
      if let truth { fields.append(truth[offset].map { .number($0) } ?? .missing) }
      try table.append(fields)
    }
    return table
  }
}

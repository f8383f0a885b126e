public import Calibration
public import DeviceContract
public import Foundation
import PhysicalUnits
public import PulseLedger

/// Everything that is known at the end of a write, and how it is told.
public struct WrittenReport: Sendable {
  /// The device.
  public var device: DeviceIdentity
  /// What became of the cells.
  public var result: WrittenCells
  /// What was spent.
  public var account: PulseAccount
  /// Half-select exposures of every cell.
  public var exposures: [UInt32]
  /// The true symmetric points, where the device is a simulator and its own zero was shifted.
  public var truth: [Double?]?
  /// Which run it is, and since when.
  public var run: RunMark
  /// When it ended.
  public var finished: Date

  /// Collects what is to be told.
  public init(
    device: DeviceIdentity, result: WrittenCells, account: PulseAccount, exposures: [UInt32],
    truth: [Double?]?, run: RunMark, finished: Date
  ) {
    (self.device, self.result, self.account) = (device, result, account)
    (self.exposures, self.truth, self.run, self.finished) = (exposures, truth, run, finished)
  }

  /// What `run.json` and `--json` hold; units are in the names.
  public struct Record: Encodable, Sendable {
    let schema = "tare-written"
    let version = 1
    let id: UUID
    let status: RunMark.Status
    let settings: [String: String]
    let device: DeviceIdentity
    let region: CellRegion
    let started, finished: Date
    let stoppedBy: String?
    /// As a weight, as all errors are.
    let tolerance: Double
    let cells: [String: Int]
    /// What the numbers of the map `verdict` mean.
    let verdicts: [String]
    /// Of the cells that were brought as near as they can be.
    let rmsResidual, rmsDistanceToTruth: Double?
    let pulsesUp, pulsesDown, pulses, pulsesPerCellMost, uncertainPulses: Int
    let reads, halfSelectExposures: Int
    /// Reads that a run without a break does not make, and those whose results were lost.
    let extraReads, readsLost: Int
    let deviceTimeSeconds, energyJoules: Double
  }

  /// The record of this write.
  public var record: Record {
    let totals = account.totals
    return Record(
      id: run.id, status: result.stoppedBy == nil ? .finished : .interrupted,
      settings: run.settings, device: device, region: result.region, started: run.started,
      finished: finished, stoppedBy: result.stoppedBy?.explanation, tolerance: result.tolerance,
      cells: Dictionary(
        uniqueKeysWithValues: WrittenCells.Verdict.allCases.map {
          ($0.rawValue, result.count(of: $0))
        }),
      verdicts: WrittenCells.Verdict.allCases.map(\.rawValue), rmsResidual: residual,
      rmsDistanceToTruth: distance, pulsesUp: totals.up, pulsesDown: totals.down,
      pulses: totals.all, pulsesPerCellMost: result.cells.map(\.pulses).max() ?? 0,
      uncertainPulses: account.uncertain, reads: account.reads,
      halfSelectExposures: account.exposures, extraReads: account.extraReads,
      readsLost: account.readsLost, deviceTimeSeconds: account.time.value,
      energyJoules: account.energy.value)
  }

  private var residual: Double? { result.rmsResidual(of: [.reached, .near]) }

  /// The root mean square distance of those cells from their true symmetric points.
  private var distance: Double? {
    guard let truth else { return nil }
    let squares = zip(result.cells, truth).compactMap { cell, point -> Double? in
      guard let point, [.reached, .near].contains(cell.verdict) else { return nil }
      return (Double(cell.weight) - point) * (Double(cell.weight) - point)
    }
    return squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// The table for the terminal.
  public var table: String {
    var table = TextTable(columns: [
      .init("cells", alignment: .left), .init("number", alignment: .right),
      .init("rms residual", alignment: .right), .init("pulses per cell", alignment: .right),
    ])
    for (verdict, name) in Self.names where result.count(of: verdict) > 0 {
      let cells = result.cells.filter { $0.verdict == verdict }
      let pulses = Double(cells.reduce(0) { $0 + $1.pulses }) / Double(cells.count)
      table.append([
        name, "\(cells.count)",
        result.rmsResidual(of: [verdict]).map { String(format: "%.5f", $0) } ?? "",
        String(format: "%.1f", pulses),
      ])
    }
    var text = table.text + "\n"
    text +=
      "\(account.totals.all) pulses, \(result.reads) reads of the array, \(account.exposures) half-select exposures, "
      + "\(EngineeringNotation.format(account.time.value, unit: "s", digits: 4)) on the device\n"
    text += "the tolerance was \(NumberText.significant(result.tolerance, digits: 3))"
    if let distance {
      text +=
        "; the last reads lie \(String(format: "%.5f", distance)) from the true symmetric points (rms)"
    }
    return text + "\n"
  }

  private static let names: [(WrittenCells.Verdict, String)] = [
    (.reached, "within the tolerance"), (.near, "as near as their steps allow"),
    (.outOfReach, "out of reach, at their bound"), (.stuck, "stuck"),
    (.budget, "out of pulses"), (.left, "left alone"),
  ]
}

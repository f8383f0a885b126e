public import AnalogTraining
public import Calibration
public import DeviceContract
public import Foundation
import SymmetricPoint

/// What was learnt of symmetric points from pulses that others have fired, and how it is told.
public struct TrackReport: Sendable {
  /// What was known at a check on the way.
  public struct Check: Sendable, Hashable, Codable {
    /// Pulses of the tile by then, and cells that had a point.
    public var pulses: Int, cells: Int
    /// Half the width of the interval of the median cell; nil without any.
    public var medianHalfWidth: Double?
    /// The root mean square of estimate less truth, where it is known.
    public var error: Double?
    /// Points that moved by more than their spreads allow.
    public var alarm: DriftAlarm?

    /// Describes a check.
    public init(
      pulses: Int, cells: Int, medianHalfWidth: Double?, error: Double?, alarm: DriftAlarm?
    ) {
      (self.pulses, self.cells, self.medianHalfWidth) = (pulses, cells, medianHalfWidth)
      (self.error, self.alarm) = (error, alarm)
    }
  }

  /// Which run or chip the pulses were of.
  public var mark: RunMark
  /// The ledger, by its path.
  public var ledger: String
  /// The points; cells of which nothing is said have none.
  public var map: ReferenceMap
  /// Why cells have a number, or have none: how many there are of each.
  public var says: [String: Int]
  /// Pulses of each polarity of each cell, as far as they were seen between reads.
  public var counts: CellCounts
  /// The true points, where the device was a simulator.
  public var truth: [Double?]?
  /// The way there.
  public var checks: [Check]
  /// Pulses, trains and cells read in the whole ledger.
  public var pulses: Int, trains: Int, reads: Int
  /// Squared innovations by their variances in the median cell; nil where the tracker tells none.
  public var innovationRatio: Double?
  /// Whether the run has ended.
  public var hasEnded: Bool
  /// When the last record was written.
  public var finished: Date

  /// Collects what is to be told.
  public init(
    mark: RunMark, ledger: String, map: ReferenceMap, says: [String: Int], counts: CellCounts,
    truth: [Double?]?, checks: [Check], pulses: Int, trains: Int, reads: Int,
    innovationRatio: Double?, hasEnded: Bool, finished: Date
  ) {
    (self.mark, self.ledger, self.map, self.says) = (mark, ledger, map, says)
    (self.counts, self.truth, self.checks) = (counts, truth, checks)
    (self.pulses, self.trains, self.reads) = (pulses, trains, reads)
    (self.innovationRatio, self.hasEnded, self.finished) = (innovationRatio, hasEnded, finished)
  }

  /// How the points compare with true ones.
  public struct Comparison: Sendable, Hashable, Codable {
    /// Cells that have both.
    public var cells: Int
    /// The root mean square of estimate less truth, and the size of the median error.
    public var rms: Double, median: Double
    /// The part of the intervals that hold the truth.
    public var coverage: Double
    /// The standard deviation of the true points.
    public var trueDeviation: Double
  }

  /// Cells with an estimate and a truth.
  var pairs: [(estimate: Double, halfWidth: Double, truth: Double)] {
    guard let truth else { return [] }
    return map.cells.indices.compactMap { cell in
      guard let value = map.cells[cell].value, let width = map.cells[cell].halfWidth,
        let point = truth[cell]
      else { return nil }
      return (Double(value), Double(width), point)
    }
  }

  /// How the points compare with true ones; nil where no truth is known.
  public var comparison: Comparison? {
    let pairs = pairs
    guard !pairs.isEmpty else { return nil }
    let errors = pairs.map { abs($0.estimate - $0.truth) }
    let count = Double(pairs.count)
    return Comparison(
      cells: pairs.count, rms: (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(),
      median: errors.sorted()[pairs.count / 2],
      coverage: Double(pairs.count { abs($0.estimate - $0.truth) <= $0.halfWidth }) / count,
      trueDeviation: ErrorSummary.moments(pairs.map(\.truth)).1)
  }

  /// All alarms.
  public var alarms: [DriftAlarm] { checks.compactMap(\.alarm) }
}

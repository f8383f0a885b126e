public import DeviceContract
public import Foundation
public import PulseLedger
public import SymmetricPoint

/// Everything that is known at the end of a calibration, and how it is told.
public struct CalibrationReport: Sendable {
  /// The device.
  public var capabilities: Capabilities
  /// What was found.
  public var result: CalibrationOutcome
  /// What was spent.
  public var account: PulseAccount
  /// Pulses of every cell.
  public var counts: CellCounts
  /// Half-select exposures of every cell.
  public var exposures: [UInt32]
  /// The true symmetric points, where the device is a simulator.
  public var truth: [Double?]?
  /// Which run it is, and since when.
  public var run: RunMark
  /// When it ended.
  public var finished: Date

  /// Collects what is to be told.
  public init(
    capabilities: Capabilities, result: CalibrationOutcome,
    account: PulseAccount, counts: CellCounts, exposures: [UInt32],
    truth: [Double?]?, run: RunMark, finished: Date
  ) {
    self.capabilities = capabilities
    self.result = result
    self.account = account
    self.counts = counts
    self.exposures = exposures
    self.truth = truth
    self.run = run
    self.finished = finished
  }

  /// The estimates, row-major.
  var estimates: [Float] { result.estimates.map(\.value) }

  /// Estimates against the truth, where there is one.
  public var errors: ErrorSummary? {
    truth.flatMap { ErrorSummary(states: estimates, truth: $0) }
  }

  /// The share of intervals that hold the truth.
  public var coverage: Double? {
    guard let truth else { return nil }
    let known = zip(result.estimates, truth).compactMap { estimate, point in
      point.map { estimate.interval.contains(Float($0)) }
    }
    return known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count)
  }

  /// The median half width of the intervals.
  public var medianHalfWidth: Double {
    let widths = result.estimates.map(\.halfWidth).sorted()
    return Double(widths[widths.count / 2])
  }
}

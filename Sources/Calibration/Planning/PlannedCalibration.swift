public import PulseLedger
public import SymmetricPoint

/// What a calibration would do, why, and what it would cost; or why it is refused.
public struct PlannedCalibration: Sendable {
  /// What became of the wish.
  public enum Verdict: String, Sendable, Hashable, Codable {
    /// Every cell is measured to the tolerance.
    case measures
    /// Some cells are measured, and their mean is what is known of all others.
    case priorOnly
    /// The limits do not let the tolerance be reached.
    case refused
  }

  /// What became of the wish.
  public var verdict: Verdict
  /// The error asked for, as a weight.
  public var tolerance: Double
  /// The length of the window, as a weight.
  public var range: Double
  /// The method.
  public var method: CalibrationMethod
  /// Why this one, in words.
  public var reason: String
  /// What is to be known besides, each in a sentence.
  public var remarks: [String]
  /// The search itself.
  public var search: any SymmetricPointSearch
  /// What it costs.
  public var best, expected, worst: CalibrationCost
  /// The most pulses of a cell that the limits allow; nil where nothing limits them.
  public var allowed: Int?
  /// The smallest error that the limits allow a cell to be measured to, as a weight; nil where they allow what was
  /// asked, and where they allow nothing.
  public var reachable: Double?
  /// What is expected of the array.
  public var array: ArrayExpectation
  /// Every limit in force, against the worst case.
  public var limits: [LimitVerdict]
}

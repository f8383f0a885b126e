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
  /// What cells get that the search leaves over; nil where none are.
  public var second: Seek?
  /// How cells are asked in the end whether they are where they are said to be; nil where none are.
  public var audit: AuditPlan?
  /// What becomes of cells that fail: they are pulsed up and down for so long that nothing but their states is believed;
  /// nil where none are asked.
  public var fallback: ZeroShifting?
  /// Whether any number of pulses is enough.
  public var isWithinReach: Bool
  /// What it costs, audit included.
  public var best, expected, worst: CalibrationCost
  /// The most pulses of a cell in the mean that the limits allow; nil where nothing limits them.
  public var allowed: Int?
  /// The most pulses of any one cell, whatever is done with it.
  public var mostPerCell: Int
  /// The smallest error that the limits allow a cell to be measured to, as a weight; nil where they allow what was
  /// asked, and where they allow nothing.
  public var reachable: Double?
  /// What is expected of the array.
  public var array: ArrayExpectation
  /// The methods that were looked at, this one included.
  public var alternatives: [CalibrationAlternative]
  /// Every limit in force, against the worst case.
  public var limits: [LimitVerdict]
  /// What samples of cells stand on.
  public var seed: UInt64
}

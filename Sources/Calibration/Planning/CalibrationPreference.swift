/// What is to be saved where several methods are possible.
public enum CalibrationPreference: String, Sendable, Hashable, CaseIterable, Codable {
  /// Pulses, since cells wear out.
  case pulses
  /// Time on the device.
  case time
}

/// A method that was looked at, and what it would cost.
public struct CalibrationAlternative: Sendable, Hashable {
  /// The method.
  public var method: CalibrationMethod
  /// What would become of the wish.
  public var verdict: PlannedCalibration.Verdict
  /// What it is expected to cost; nil where no number of pulses is enough.
  public var expected: CalibrationCost?
}

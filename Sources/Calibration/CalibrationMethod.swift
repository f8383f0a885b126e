/// A way to calibrate an array.
public enum CalibrationMethod: String, Sendable, Hashable, CaseIterable, Codable {
  /// Pulses for each cell by what is known of it: the fewest.
  case seek
  /// Ramps of all cells together: nothing is half-selected.
  case sweep
  /// A few cells are measured, and their mean is taken for all others.
  case arrayMean = "array-mean"
  /// Up and down in turn for all cells alike.
  case zeroShiftCyclic = "zero-shift-cyclic"
  /// Up or down at random.
  case zeroShift = "zero-shift"
}

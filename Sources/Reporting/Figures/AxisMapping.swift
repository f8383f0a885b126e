import Foundation

/// An axis with its limits settled: from values to places between zero and one.
struct AxisMapping {
  let axis: Axis
  let lower: Double
  let upper: Double

  var isLogarithmic: Bool { axis.scale == .logarithmic }

  /// Settles the limits from what is to be shown.
  ///
  /// - Parameters:
  ///   - padding: The share of the range left free at either end, where the axis has no range of its own.
  ///   - startsAtZero: Whether the lower end is exactly zero, as for counts.
  init(_ axis: Axis, showing extent: DataExtent, padding: Double, startsAtZero: Bool = false) {
    self.axis = axis
    if let range = axis.range, Self.isUsable(range, on: axis.scale) {
      lower = range.lowerBound
      upper = range.upperBound
      return
    }
    if axis.scale == .logarithmic {
      (lower, upper) = Self.logarithmicLimits(extent, padding: padding)
    } else if startsAtZero {
      lower = 0
      upper = extent.isEmpty || extent.upper <= 0 ? 1 : extent.upper * (1 + padding)
    } else {
      (lower, upper) = Self.linearLimits(extent, padding: padding)
    }
  }

  /// The place of a value, zero at the lower and one at the upper end; `nil` if it has none.
  func fraction(of value: Double) -> Double? {
    guard DataExtent.isDrawable(value, on: axis.scale) else { return nil }
    if isLogarithmic {
      return (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
    }
    return (value - lower) / (upper - lower)
  }

  /// Whether a value lies within the limits.
  func contains(_ value: Double) -> Bool {
    value >= lower && value <= upper
  }

  /// Whether a range can be shown as it is.
  static func isUsable(_ range: ClosedRange<Double>, on scale: Axis.Scale) -> Bool {
    DataExtent.isDrawable(range.lowerBound, on: scale)
      && DataExtent.isDrawable(range.upperBound, on: scale)
      && isWide(range.lowerBound, range.upperBound)
  }

  /// Whether two limits are far enough apart to put different numbers beside them.
  private static func isWide(_ lower: Double, _ upper: Double) -> Bool {
    upper - lower > max(abs(lower), abs(upper)) * 1e-9 && upper - lower > 1e-200
  }

  private static func linearLimits(
    _ extent: DataExtent, padding: Double
  ) -> (Double, Double) {
    if extent.isEmpty { return (0, 1) }
    guard isWide(extent.lower, extent.upper) else {
      let middle = extent.lower
      let reach = abs(middle) < 1e-200 ? 1 : abs(middle) * 0.1
      return (middle - reach, middle + reach)
    }
    let margin = (extent.upper - extent.lower) * padding
    return (extent.lower - margin, extent.upper + margin)
  }

  private static func logarithmicLimits(
    _ extent: DataExtent, padding: Double
  ) -> (Double, Double) {
    if extent.isEmpty { return (1, 10) }
    let low = log10(extent.lower)
    let high = log10(extent.upper)
    let margin = high - low < 1e-6 ? 0.5 : (high - low) * padding
    return (pow(10, low - margin), pow(10, high + margin))
  }
}

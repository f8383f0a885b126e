/// A line across a plot at one value: a symmetric point, a budget, a specification limit.
public struct Marker: Sendable, Equatable {
  /// Which axis the value belongs to.
  public enum Orientation: Sendable, Equatable {
    /// A vertical line at a value of x.
    case vertical
    /// A horizontal line at a value of y.
    case horizontal
  }

  /// Which axis the value belongs to.
  public var orientation: Orientation
  /// Where the line is.
  public var value: Double
  /// What the line means; written outside the plot, so that no data are covered.
  public var label: String
  /// A range shaded along the line, such as a 95 % interval.
  public var interval: ClosedRange<Double>?

  /// A vertical line at a value of x.
  public static func vertical(
    at value: Double, label: String, interval: ClosedRange<Double>? = nil
  ) -> Marker {
    Marker(orientation: .vertical, value: value, label: label, interval: interval)
  }

  /// A horizontal line at a value of y.
  public static func horizontal(
    at value: Double, label: String, interval: ClosedRange<Double>? = nil
  ) -> Marker {
    Marker(orientation: .horizontal, value: value, label: label, interval: interval)
  }
}

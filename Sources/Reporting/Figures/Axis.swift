/// What one axis of a figure shows, and how it is divided.
public struct Axis: Sendable, Equatable {
  /// How values are spread along an axis.
  public enum Scale: Sendable, Equatable {
    /// Equal differences take equal lengths.
    case linear
    /// Equal ratios take equal lengths; values at or below zero cannot be drawn.
    case logarithmic
  }

  /// The quantity.
  public var label: String
  /// The unit of the values as given; a bare SI unit ("S") gets the prefix that suits the values.
  public var unit: String?
  /// How values are spread.
  public var scale: Scale
  /// The part of the axis to show; `nil` shows all the values.
  ///
  /// A range that cannot be drawn (empty, not finite, or not positive on a logarithmic axis) is
  /// treated as `nil`.
  public var range: ClosedRange<Double>?
  /// Whether the values are counts, so that only whole numbers stand along a linear axis.
  public var isCount: Bool

  /// An axis.
  public init(
    _ label: String, unit: String? = nil, scale: Scale = .linear,
    range: ClosedRange<Double>? = nil, isCount: Bool = false
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.range = range
    self.isCount = isCount
  }

  /// A logarithmic axis.
  public static func logarithmic(
    _ label: String, unit: String? = nil, range: ClosedRange<Double>? = nil
  ) -> Axis {
    Axis(label, unit: unit, scale: .logarithmic, range: range)
  }
}

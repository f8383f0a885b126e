/// One curve of a line chart.
public struct LineSeries: Sendable, Equatable {
  /// How the values are drawn.
  public enum Style: Sendable, Equatable {
    /// A line from point to point.
    case line
    /// A symbol at each point.
    case points
    /// Both.
    case lineAndPoints
  }

  /// The spread around the values, from `lower` to `upper`, one pair for each point.
  public struct Uncertainty: Sendable, Equatable {
    /// How the spread is drawn.
    public enum Style: Sendable, Equatable {
      /// A translucent band.
      case band
      /// A bar at each point.
      case bars
    }

    /// The lower ends, in the unit of the values.
    public var lower: [Double]
    /// The upper ends, in the unit of the values.
    public var upper: [Double]
    /// How the spread is drawn.
    public var style: Style

    /// A spread between two limits.
    public init(lower: [Double], upper: [Double], style: Style = .band) {
      self.lower = lower
      self.upper = upper
      self.style = style
    }
  }

  /// The name in the legend.
  public var label: String
  /// The horizontal coordinates.
  public var x: [Double]
  /// The values; one that is not finite leaves a gap.
  public var y: [Double]
  /// How the values are drawn.
  public var style: Style
  /// Whether the line is dashed.
  public var isDashed: Bool
  /// The spread around the values; legends and captions have to say what it covers.
  public var uncertainty: Uncertainty?
  /// What the values ought to come to, dashed across the plot in the colour of the curve; captions have to say what it
  /// is.
  public var level: Double?

  /// A curve through points.
  ///
  /// - Precondition: `x`, `y` and the limits of `uncertainty` have the same number of values.
  public init(
    _ label: String, x: [Double], y: [Double], style: Style = .line, isDashed: Bool = false,
    uncertainty: Uncertainty? = nil, level: Double? = nil
  ) {
    precondition(
      x.count == y.count, "series \"\(label)\": \(x.count) values of x but \(y.count) of y")
    if let uncertainty {
      precondition(
        uncertainty.lower.count == y.count && uncertainty.upper.count == y.count,
        "series \"\(label)\": the uncertainty has to have one pair of limits for each point")
    }
    self.label = label
    self.x = x
    self.y = y
    self.style = style
    self.isDashed = isDashed
    self.uncertainty = uncertainty
    self.level = level
  }

  /// A curve over the indices 0, 1, 2 ...
  public init(_ label: String, y: [Double], style: Style = .line, isDashed: Bool = false) {
    self.init(
      label, x: y.indices.map(Double.init), y: y, style: style, isDashed: isDashed)
  }

  /// The number of points.
  var count: Int { min(x.count, y.count) }

  var hasLine: Bool { style != .points }
  var hasPoints: Bool { style != .line }
}

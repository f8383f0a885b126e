/// Two axes around a plot: their limits, their divisions and the room that their labels need.
struct PlotFrame {
  let x: AxisMapping
  let y: AxisMapping
  let xTicks: TickPlan
  let yTicks: TickPlan
  /// The area between the axes.
  let plot: Rectangle
  let markers: [Marker]
  let flags: FlagLayout
  /// The lines of the labels of horizontal markers, in the order of ``horizontalMarkers``.
  let sideLabels: [[String]]

  private static let tickRoom = 22.0
  private static let titleRoom = 22.0
  private static let flagHeight = 17.0
  static let sideLabelWidth = 132.0

  /// Lays out a plot within `content`; markers beyond the limits are left out.
  init(x: AxisMapping, y: AxisMapping, markers: [Marker], content: Rectangle) {
    self.x = x
    self.y = y
    let shown = markers.filter { $0.isDrawable(x: x, y: y) }
    self.markers = shown
    let size = FigureStyle.labelSize
    sideLabels = shown.filter { $0.orientation == .horizontal }.map {
      TextMetrics.wrap($0.label, size: size, limit: min(Self.sideLabelWidth, content.width / 4))
    }
    var area = content
    area.bottom -= Self.tickRoom + Self.titleRoom
    let sideWidth = sideLabels.joined().map { TextMetrics.width($0, size: size) }.max()
    area.right -= sideWidth.map { $0 + 14 } ?? 8

    // The width of the labels depends on the height of the plot, and the height on the flags,
    // which depend on the width: the height before the flags is near enough for the labels.
    let provisional = Self.planVertical(y, height: area.height - 2 * Self.flagHeight)
    let labels = provisional.ticks.compactMap(\.label).map { TextMetrics.width($0, size: size) }
    area.left += Self.titleRoom + (labels.max() ?? 0) + 10

    let poles = shown.filter { $0.orientation == .vertical }.compactMap { marker in
      x.fraction(of: marker.value).map {
        (pole: area.left + $0 * area.width, text: marker.label)
      }
    }
    flags = FlagLayout(poles, left: area.left, right: content.right)
    area.top += Double(flags.rowCount) * Self.flagHeight + (flags.rowCount > 0 ? 2 : 6)
    plot = area
    yTicks = Self.planVertical(y, height: area.height)
    xTicks = TickPlanner(mapping: x, length: area.width) {
      TextMetrics.width($0, size: size) + 14
    }.plan(spacing: 62)
  }

  /// The place of a point of data, which may lie outside the plot; `nil` if it has none.
  func point(_ xValue: Double, _ yValue: Double) -> Point? {
    guard let right = x.fraction(of: xValue), let up = y.fraction(of: yValue) else { return nil }
    // Far outside, numbers would lose their decimals; the line leaves the plot all the same.
    return Point(
      x: plot.left + min(max(right, -50), 51) * plot.width,
      y: plot.bottom - min(max(up, -50), 51) * plot.height)
  }

  /// Whether a point of data lies in the plot.
  func contains(_ xValue: Double, _ yValue: Double) -> Bool {
    x.contains(xValue) && y.contains(yValue)
  }

  var horizontalMarkers: [Marker] { markers.filter { $0.orientation == .horizontal } }
  var verticalMarkers: [Marker] { markers.filter { $0.orientation == .vertical } }

  private static func planVertical(_ mapping: AxisMapping, height: Double) -> TickPlan {
    TickPlanner(mapping: mapping, length: height) { _ in FigureStyle.labelSize * 1.6 }
      .plan(spacing: 46)
  }
}

extension Marker {
  /// Whether the line lies within the limits of its axis.
  func isDrawable(x: AxisMapping, y: AxisMapping) -> Bool {
    let mapping = orientation == .vertical ? x : y
    return mapping.fraction(of: value) != nil && mapping.contains(value)
  }
}

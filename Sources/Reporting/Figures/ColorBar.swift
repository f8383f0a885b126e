/// The scale beside a map: which colour stands for which value.
struct ColorBar {
  static let width = 16.0
  let mapping: AxisMapping
  let colors: [String]

  /// The level of a value; values beyond the ends get the nearer end.
  func level(of value: Double) -> Int? {
    guard let fraction = mapping.fraction(of: value) else { return nil }
    return min(max(Int(fraction * Double(colors.count)), 0), colors.count - 1)
  }

  /// The room right of the bar for its labels and its title.
  func labelRoom(height: Double) -> Double {
    let labels = plan(height: height).ticks.compactMap(\.label)
    let widest = labels.map { TextMetrics.width($0, size: FigureStyle.labelSize) }.max() ?? 0
    return Self.titleOffset + widest + 4
  }

  private static let titleOffset = 29.0

  private func plan(height: Double) -> TickPlan {
    TickPlanner(mapping: mapping, length: height) { _ in FigureStyle.labelSize * 1.6 }
      .plan(spacing: 46)
  }

  /// Draws the bar, the highest value on top.
  func draw(in area: Rectangle, on svg: inout SVGBuilder) {
    // Strips overlap and are not smoothed: seams between them would show.
    svg.open("g", ["shape-rendering": "crispEdges"])
    let strip = area.height / Double(colors.count)
    for (level, color) in colors.enumerated() {
      let top = area.bottom - Double(level + 1) * strip
      svg.element(
        "rect",
        [
          "x": SVGBuilder.number(area.left), "y": SVGBuilder.number(top),
          "width": SVGBuilder.number(area.width),
          "height": SVGBuilder.number(level == 0 ? strip : strip + 0.5), "fill": color,
        ])
    }
    svg.close("g")
    svg.rectangle(area, style: "tare-outline")
    let size = FigureStyle.labelSize
    let plan = plan(height: area.height)
    var widest = 0.0
    for tick in plan.ticks {
      guard let label = tick.label, let fraction = mapping.fraction(of: tick.value) else {
        continue
      }
      let place = area.bottom - fraction * area.height
      svg.line(
        Point(x: area.right, y: place), Point(x: area.right + 5, y: place), style: "tare-tick")
      svg.text(label, at: Point(x: area.right + 9, y: place + size * 0.36), size: size)
      widest = max(widest, TextMetrics.width(label, size: size))
    }
    let title = TextMetrics.truncate(
      plan.notation.title, size: FigureStyle.axisTitleSize, limit: area.height + 60)
    svg.text(
      title,
      at: Point(x: area.right + Self.titleOffset + widest, y: (area.top + area.bottom) / 2),
      size: FigureStyle.axisTitleSize, anchor: .middle, rotated: true)
  }
}

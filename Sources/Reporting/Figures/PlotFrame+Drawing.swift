extension PlotFrame {
  /// Draws what lies behind the data: grid and shaded intervals.
  func drawBackground(on svg: inout SVGBuilder) {
    for tick in xTicks.ticks where tick.label != nil {
      guard let place = place(x: tick.value) else { continue }
      svg.line(
        Point(x: place, y: plot.top), Point(x: place, y: plot.bottom), style: "tare-grid")
    }
    for tick in yTicks.ticks where tick.label != nil {
      guard let place = place(y: tick.value) else { continue }
      svg.line(
        Point(x: plot.left, y: place), Point(x: plot.right, y: place), style: "tare-grid")
    }
    for marker in markers {
      guard let area = shadedArea(of: marker) else { continue }
      svg.rectangle(area, style: "tare-interval")
    }
  }

  /// Draws what lies over the data: marker lines with their labels, and the axes.
  func drawForeground(on svg: inout SVGBuilder) {
    drawMarkers(on: &svg)
    svg.path(
      "M\(SVGBuilder.number(plot.left)) \(SVGBuilder.number(plot.top))"
        + "V\(SVGBuilder.number(plot.bottom))H\(SVGBuilder.number(plot.right))",
      style: "tare-axis")
    drawHorizontalAxis(on: &svg)
    drawVerticalAxis(on: &svg)
  }

  /// Writes a remark in the middle of a plot without data.
  func drawNotice(_ text: String, on svg: inout SVGBuilder) {
    let middle = Point(x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2)
    svg.text(
      text, at: middle, size: FigureStyle.axisTitleSize, anchor: .middle, style: "tare-muted")
  }

  private func place(x value: Double) -> Double? {
    x.fraction(of: value).map { plot.left + $0 * plot.width }
  }

  private func place(y value: Double) -> Double? {
    y.fraction(of: value).map { plot.bottom - $0 * plot.height }
  }

  // MARK: Axes

  private func drawHorizontalAxis(on svg: inout SVGBuilder) {
    let size = FigureStyle.labelSize
    for tick in xTicks.ticks {
      guard let place = place(x: tick.value) else { continue }
      let length = tick.label == nil ? 3.0 : 6.0
      svg.line(
        Point(x: place, y: plot.bottom), Point(x: place, y: plot.bottom + length),
        style: "tare-tick")
      guard let label = tick.label else { continue }
      svg.text(
        label, at: Point(x: place, y: plot.bottom + 8 + size * 0.9), size: size, anchor: .middle)
    }
    let title = TextMetrics.truncate(
      xTicks.notation.title, size: FigureStyle.axisTitleSize, limit: plot.width + 40)
    svg.text(
      title, at: Point(x: (plot.left + plot.right) / 2, y: plot.bottom + 40),
      size: FigureStyle.axisTitleSize, anchor: .middle)
  }

  private func drawVerticalAxis(on svg: inout SVGBuilder) {
    let size = FigureStyle.labelSize
    for tick in yTicks.ticks {
      guard let place = place(y: tick.value) else { continue }
      let length = tick.label == nil ? 3.0 : 6.0
      svg.line(
        Point(x: plot.left - length, y: place), Point(x: plot.left, y: place), style: "tare-tick")
      guard let label = tick.label else { continue }
      svg.text(
        label, at: Point(x: plot.left - 9, y: place + size * 0.36), size: size, anchor: .end)
    }
    let title = TextMetrics.truncate(
      yTicks.notation.title, size: FigureStyle.axisTitleSize, limit: plot.height + 60)
    svg.text(
      title,
      at: Point(x: FigureCanvas.margin + 11, y: (plot.top + plot.bottom) / 2),
      size: FigureStyle.axisTitleSize, anchor: .middle, rotated: true)
  }

  // MARK: Markers

  private func shadedArea(of marker: Marker) -> Rectangle? {
    guard let interval = marker.interval else { return nil }
    let mapping = marker.orientation == .vertical ? x : y
    let low = max(interval.lowerBound, mapping.lower)
    let high = min(interval.upperBound, mapping.upper)
    guard low < high, let from = mapping.fraction(of: low), let to = mapping.fraction(of: high)
    else { return nil }
    var area = plot
    switch marker.orientation {
    case .vertical:
      area.left = plot.left + from * plot.width
      area.right = plot.left + to * plot.width
    case .horizontal:
      area.top = plot.bottom - to * plot.height
      area.bottom = plot.bottom - from * plot.height
    }
    return area
  }

  private func drawMarkers(on svg: inout SVGBuilder) {
    for marker in verticalMarkers {
      guard let place = place(x: marker.value) else { continue }
      svg.line(
        Point(x: place, y: plot.top), Point(x: place, y: plot.bottom), style: "tare-marker")
    }
    for flag in flags.flags {
      let baseline = plot.top - 5 - Double(flag.row) * 17
      svg.line(
        Point(x: flag.pole, y: baseline - 10), Point(x: flag.pole, y: plot.top),
        style: "tare-axis")
      svg.text(
        flag.text, at: Point(x: flag.pole + (flag.isFlipped ? -5 : 5), y: baseline),
        size: FigureStyle.labelSize, anchor: flag.isFlipped ? .end : .start)
    }
    drawHorizontalMarkers(on: &svg)
  }

  private func drawHorizontalMarkers(on svg: inout SVGBuilder) {
    let lineHeight = FigureStyle.labelSize * 1.25
    var labels: [(place: Double, lines: [String])] = []
    for (marker, lines) in zip(horizontalMarkers, sideLabels) {
      guard let place = place(y: marker.value) else { continue }
      svg.line(
        Point(x: plot.left, y: place), Point(x: plot.right, y: place), style: "tare-marker")
      labels.append((place, lines))
    }
    // From the top down, each label at its line or as near below the last one as there is room.
    var free = plot.top - 12
    for label in labels.sorted(by: { $0.place < $1.place }) {
      let height = Double(label.lines.count) * lineHeight
      let top = max(label.place - height / 2, free)
      svg.line(
        Point(x: plot.right, y: label.place), Point(x: plot.right + 8, y: top + height / 2),
        style: "tare-axis")
      for (index, line) in label.lines.enumerated() {
        svg.text(
          line,
          at: Point(x: plot.right + 12, y: top + (Double(index) + 0.8) * lineHeight),
          size: FigureStyle.labelSize)
      }
      free = top + height + 4
    }
  }
}

extension LineChart {
  /// Draws the curves: spreads first, then lines, then symbols, so that none hides the next.
  func draw(in frame: PlotFrame, on svg: inout SVGBuilder) {
    let area = frame.plot
    // A nested drawing clips without a clip path, which would need an identifier.
    svg.open(
      "svg",
      [
        "x": SVGBuilder.number(area.left), "y": SVGBuilder.number(area.top),
        "width": SVGBuilder.number(area.width), "height": SVGBuilder.number(area.height),
        "viewBox":
          "\(SVGBuilder.number(area.left)) \(SVGBuilder.number(area.top)) "
          + "\(SVGBuilder.number(area.width)) \(SVGBuilder.number(area.height))",
      ])
    for (index, curve) in series.enumerated() {
      let color = index % FigureStyle.seriesCount
      guard let uncertainty = curve.uncertainty else { continue }
      switch uncertainty.style {
      case .band:
        svg.path(
          bandPath(curve, uncertainty, in: frame), style: "tare-band tare-fill-\(color)")
      case .bars:
        svg.path(
          barPath(curve, uncertainty, in: frame), style: "tare-thin tare-stroke-\(color)")
      }
    }
    for (index, curve) in series.enumerated() {
      guard let level = curve.level, let up = frame.y.fraction(of: level) else { continue }
      let place = area.bottom - up * area.height
      svg.line(
        Point(x: area.left, y: place), Point(x: area.right, y: place),
        style: "tare-thin tare-dashed tare-stroke-\(index % FigureStyle.seriesCount)")
    }
    for (index, curve) in series.enumerated() where curve.hasLine {
      let color = index % FigureStyle.seriesCount
      let dashed = isDashed(index) ? " tare-dashed" : ""
      svg.path(
        linePath(curve, in: frame), style: "tare-line tare-stroke-\(color)\(dashed)")
    }
    svg.close("svg")
    for (index, curve) in series.enumerated() {
      let color = index % FigureStyle.seriesCount
      svg.path(symbolPath(curve, index: index, in: frame), style: "tare-fill-\(color)")
    }
  }

  /// The runs of points between gaps.
  private func runs(_ curve: LineSeries, in frame: PlotFrame) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for index in 0..<curve.count {
      if let point = frame.point(curve.x[index], curve.y[index]) {
        run.append(point)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }

  private func linePath(_ curve: LineSeries, in frame: PlotFrame) -> String {
    runs(curve, in: frame).filter { $0.count > 1 }.map { run in
      Self.polyline(LineThinning.thinned(run))
    }.joined()
  }

  private func symbolPath(_ curve: LineSeries, index: Int, in frame: PlotFrame) -> String {
    let symbol = PointSymbol(series: index)
    var data = ""
    // A million points fall on few pixels: each place is drawn once, and where there are many, a place
    // is two pixels wide, a third of a symbol.
    let fineness = curve.count > 5_000 ? 0.5 : 2
    var drawn: Set<SIMD2<Int>> = []
    func draw(_ point: Point) {
      let place = SIMD2(
        Int((point.x * fineness).rounded()), Int((point.y * fineness).rounded()))
      if drawn.insert(place).inserted { data += symbol.path(at: point) }
    }
    if curve.hasPoints {
      for point in 0..<curve.count where frame.contains(curve.x[point], curve.y[point]) {
        if let place = frame.point(curve.x[point], curve.y[point]) { draw(place) }
      }
    } else {
      // A point between two gaps has no line and would vanish.
      for run in runs(curve, in: frame) where run.count == 1 {
        let point = run[0]
        let isInside =
          point.x >= frame.plot.left && point.x <= frame.plot.right
          && point.y >= frame.plot.top && point.y <= frame.plot.bottom
        if isInside { draw(point) }
      }
    }
    return data
  }

  /// The ends of the spread at one point; an end below a logarithmic axis is set to its foot.
  private func limits(
    _ curve: LineSeries, _ uncertainty: LineSeries.Uncertainty, _ index: Int, in frame: PlotFrame
  ) -> (low: Point, high: Point)? {
    var lower = uncertainty.lower[index]
    if y.scale == .logarithmic, lower <= frame.y.lower { lower = frame.y.lower }
    guard let low = frame.point(curve.x[index], lower),
      let high = frame.point(curve.x[index], uncertainty.upper[index])
    else { return nil }
    return (low, high)
  }

  private func bandPath(
    _ curve: LineSeries, _ uncertainty: LineSeries.Uncertainty, in frame: PlotFrame
  ) -> String {
    var data = ""
    var low: [Point] = []
    var high: [Point] = []
    func flush() {
      if low.count > 1 {
        let outline = LineThinning.thinned(high) + LineThinning.thinned(low).reversed()
        data += Self.polyline(outline) + "z"
      }
      low = []
      high = []
    }
    for index in 0..<curve.count {
      if let limits = limits(curve, uncertainty, index, in: frame) {
        low.append(limits.low)
        high.append(limits.high)
      } else {
        flush()
      }
    }
    flush()
    return data
  }

  private func barPath(
    _ curve: LineSeries, _ uncertainty: LineSeries.Uncertainty, in frame: PlotFrame
  ) -> String {
    var data = ""
    for index in 0..<curve.count {
      guard let limits = limits(curve, uncertainty, index, in: frame) else { continue }
      let x = limits.low.x
      let cap = SVGBuilder.number(x - 3)
      data += "M\(cap) \(SVGBuilder.number(limits.low.y))h6"
      data += "M\(cap) \(SVGBuilder.number(limits.high.y))h6"
      data += "M\(SVGBuilder.number(x)) \(SVGBuilder.number(limits.low.y))"
      data += "V\(SVGBuilder.number(limits.high.y))"
    }
    return data
  }

  private static func polyline(_ points: [Point]) -> String {
    var data = ""
    for (index, point) in points.enumerated() {
      data += index == 0 ? "M" : index == 1 ? "L" : " "
      data += "\(SVGBuilder.number(point.x)) \(SVGBuilder.number(point.y))"
    }
    return data
  }
}

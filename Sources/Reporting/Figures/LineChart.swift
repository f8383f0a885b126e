/// Curves over a common axis: response curves, trajectories, errors against pulses.
///
/// ```swift
/// let chart = LineChart(
///   title: "Mean response", x: Axis("Weight"), y: Axis("Mean step"),
///   series: [LineSeries("up", x: weights, y: up), LineSeries("down", x: weights, y: down)],
///   markers: [.vertical(at: 0.18, label: "symmetric point", interval: 0.16...0.20)])
/// try OutputFile.write(chart.svg(), to: "response.svg")
/// ```
///
/// Values that have no place on an axis (not finite, or not positive on a logarithmic one) leave a gap
/// and are counted in the caption.
public struct LineChart: Figure {
  /// What the figure shows.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The curves, in the order of the legend.
  public var series: [LineSeries]
  /// Lines across the plot; they widen an axis that has no range of its own.
  public var markers: [Marker]
  /// Remarks below the plot.
  public var caption: String?
  /// The size of the drawing.
  public var size: FigureSize

  /// A chart of curves.
  public init(
    title: String, x: Axis, y: Axis, series: [LineSeries], markers: [Marker] = [],
    caption: String? = nil, size: FigureSize = .standard
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.markers = markers
    self.caption = caption
    self.size = size
  }

  /// The chart as a complete SVG document.
  public func svg() -> String {
    let (xMapping, yMapping) = mappings()
    var canvas = FigureCanvas(
      title: title, size: size, legend: series.enumerated().map(legendEntry),
      captions: captions(xMapping, yMapping))
    let frame = PlotFrame(x: xMapping, y: yMapping, markers: markers, content: canvas.content)
    frame.drawBackground(on: &canvas.svg)
    draw(in: frame, on: &canvas.svg)
    frame.drawForeground(on: &canvas.svg)
    if drawableCount == 0 { frame.drawNotice("no data", on: &canvas.svg) }
    return canvas.document(description: description(frame))
  }

  // MARK: Limits

  private func mappings() -> (AxisMapping, AxisMapping) {
    var xExtent = DataExtent(scale: x.scale)
    var yExtent = DataExtent(scale: y.scale)
    for curve in series {
      if let level = curve.level { yExtent.include(level) }
      for index in 0..<curve.count where isDrawable(curve, index) {
        xExtent.include(curve.x[index])
        yExtent.include(curve.y[index])
        if let uncertainty = curve.uncertainty {
          yExtent.include(uncertainty.lower[index])
          yExtent.include(uncertainty.upper[index])
        }
      }
    }
    for marker in markers {
      let values = [marker.value, marker.interval?.lowerBound, marker.interval?.upperBound]
      for value in values.compactMap({ $0 }) {
        switch marker.orientation {
        case .vertical: xExtent.include(value)
        case .horizontal: yExtent.include(value)
        }
      }
    }
    return (
      AxisMapping(x, showing: xExtent, padding: 0.02),
      AxisMapping(y, showing: yExtent, padding: 0.05)
    )
  }

  private func isDrawable(_ curve: LineSeries, _ index: Int) -> Bool {
    DataExtent.isDrawable(curve.x[index], on: x.scale)
      && DataExtent.isDrawable(curve.y[index], on: y.scale)
  }

  private var drawableCount: Int {
    series.reduce(0) { total, curve in
      total + (0..<curve.count).count { isDrawable(curve, $0) }
    }
  }

  /// Whether a line is dashed: as asked, and where the colours start again.
  func isDashed(_ index: Int) -> Bool {
    series[index].isDashed != (index / FigureStyle.seriesCount % 2 == 1)
  }

  // MARK: Texts

  private func legendEntry(_ index: Int, _ curve: LineSeries) -> LegendEntry {
    LegendEntry(
      sample: .series(
        index, line: curve.hasLine, dashed: isDashed(index), points: curve.hasPoints,
        band: curve.uncertainty?.style == .band),
      text: curve.label)
  }

  private func captions(_ xMapping: AxisMapping, _ yMapping: AxisMapping) -> [String] {
    var captions = caption.map { [$0] } ?? []
    let total = series.reduce(0) { $0 + $1.count }
    let missing = total - drawableCount
    if missing > 0, total > 0 {
      let reason =
        x.scale == .logarithmic || y.scale == .logarithmic
        ? "without a finite positive value" : "without a finite value"
      captions.append("Not drawn: \(missing) of \(total) points, \(reason).")
    }
    for marker in markers where !marker.isDrawable(x: xMapping, y: yMapping) {
      let axis = marker.orientation == .vertical ? x : y
      let value = EngineeringNumber.quantity(marker.value, unit: axis.unit ?? "")
      captions.append("Outside the plot: \(marker.label) (\(value)).")
    }
    return captions
  }

  private func description(_ frame: PlotFrame) -> String {
    var parts = [
      "Line chart of \(frame.yTicks.notation.title) over \(frame.xTicks.notation.title)."
    ]
    parts += series.map { "\($0.label): \($0.count) points." }
    parts += markers.map { marker in
      "\(marker.label): marked at \(NumberText.significant(marker.value, digits: 4))."
    }
    if let caption { parts.append(caption) }
    return parts.joined(separator: " ")
  }
}

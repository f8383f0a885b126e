/// How often values occur, for one set of values or for several on the same bins.
///
/// ```swift
/// let histogram = Histogram(
///   title: "Symmetric points", x: Axis("Symmetric point"),
///   distributions: [.init("true", truth), .init("estimated", estimates)])
/// ```
///
/// A dashed line marks each mean; the legend gives mean and count.
public struct Histogram: Figure {
  /// One set of values.
  public struct Distribution: Sendable, Equatable {
    /// The name in the legend.
    public var label: String
    /// The values; those that are not finite are left out and counted in the caption.
    public var values: [Double]

    /// A set of values.
    public init<Value: BinaryFloatingPoint>(_ label: String, _ values: [Value]) {
      self.label = label
      self.values = values.map { Double($0) }
    }

    var finiteValues: [Double] {
      values.filter { DataExtent.isDrawable($0, on: .linear) }
    }
  }

  /// What the figure shows.
  public var title: String
  /// The axis of the values; it is always linear.
  public var x: Axis
  /// What is counted.
  public var countLabel: String
  /// The sets of values, in the order of the legend.
  public var distributions: [Distribution]
  /// Remarks below the plot.
  public var caption: String?
  /// The size of the drawing.
  public var size: FigureSize

  /// A histogram of sets of values.
  public init(
    title: String, x: Axis, distributions: [Distribution], countLabel: String = "Cells",
    caption: String? = nil, size: FigureSize = .standard
  ) {
    self.title = title
    self.x = x
    self.x.scale = .linear
    self.countLabel = countLabel
    self.distributions = distributions
    self.caption = caption
    self.size = size
  }

  /// The histogram as a complete SVG document.
  public func svg() -> String {
    let sets = distributions.map(\.finiteValues)
    let range = x.range ?? (-Double.infinity)...Double.infinity
    let bins = HistogramBins(sets.map { $0.filter(range.contains) })
    let counts = sets.map(bins.counts)
    let (xMapping, yMapping) = mappings(bins, counts)
    var canvas = FigureCanvas(
      title: title, size: size,
      legend: distributions.indices.map { legendEntry($0, sets[$0]) },
      captions: captions(sets, range))
    let frame = PlotFrame(x: xMapping, y: yMapping, markers: [], content: canvas.content)
    frame.drawBackground(on: &canvas.svg)
    for (index, counts) in counts.enumerated() {
      let mean = Self.mean(sets[index])
      draw(counts, of: bins, series: index, mean: mean, in: frame, &canvas.svg)
    }
    frame.drawForeground(on: &canvas.svg)
    if counts.joined().allSatisfy({ $0 == 0 }) { frame.drawNotice("no data", on: &canvas.svg) }
    return canvas.document(description: description(sets))
  }

  private func mappings(_ bins: HistogramBins, _ counts: [[Int]]) -> (AxisMapping, AxisMapping) {
    var xExtent = DataExtent(scale: .linear)
    for edge in bins.edges { xExtent.include(edge) }
    var yExtent = DataExtent(scale: .linear)
    for count in counts.joined() { yExtent.include(Double(count)) }
    return (
      AxisMapping(x, showing: xExtent, padding: 0.02),
      AxisMapping(
        Axis(countLabel, isCount: true), showing: yExtent, padding: 0.06, startsAtZero: true)
    )
  }

  // MARK: Drawing

  private func draw(
    _ counts: [Int], of bins: HistogramBins, series: Int, mean: Double?, in frame: PlotFrame,
    _ svg: inout SVGBuilder
  ) {
    guard counts.contains(where: { $0 > 0 }) else { return }
    let color = series % FigureStyle.seriesCount
    var data = ""
    for (bin, count) in counts.enumerated() {
      guard let left = frame.point(bins.edges[bin], Double(count)),
        let right = frame.point(bins.edges[bin + 1], Double(count))
      else { continue }
      if bin == 0 {
        data += "M\(SVGBuilder.number(left.x)) \(SVGBuilder.number(frame.plot.bottom))"
      }
      data += "V\(SVGBuilder.number(left.y))H\(SVGBuilder.number(right.x))"
    }
    data += "V\(SVGBuilder.number(frame.plot.bottom))"
    svg.path(data + "z", style: "tare-area tare-fill-\(color)")
    svg.path(data, style: "tare-thin tare-stroke-\(color)")
    if let mean, frame.x.contains(mean), let place = frame.point(mean, 0) {
      svg.line(
        Point(x: place.x, y: frame.plot.top), Point(x: place.x, y: frame.plot.bottom),
        style: "tare-thin tare-dashed tare-stroke-\(color)")
    }
  }

  // MARK: Texts

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func summary(_ values: [Double]) -> String {
    guard let mean = Self.mean(values) else { return "no data" }
    let text = EngineeringNumber.quantity(mean, unit: x.unit ?? "")
    return "mean \(text), n = \(values.count)"
  }

  private func legendEntry(_ index: Int, _ values: [Double]) -> LegendEntry {
    LegendEntry(
      sample: .area(index), text: "\(distributions[index].label): \(summary(values))")
  }

  private func captions(_ sets: [[Double]], _ range: ClosedRange<Double>) -> [String] {
    var captions = caption.map { [$0] } ?? []
    let total = distributions.reduce(0) { $0 + $1.values.count }
    let missing = total - sets.reduce(0) { $0 + $1.count }
    if missing > 0 {
      captions.append("Not drawn: \(missing) of \(total) values, which are not finite.")
    }
    let beyond = sets.joined().count { !range.contains($0) }
    if beyond > 0 { captions.append("Outside the plot: \(beyond) of \(total) values.") }
    return captions
  }

  private func description(_ sets: [[Double]]) -> String {
    var parts = ["Histogram of \(x.label)."]
    for (distribution, values) in zip(distributions, sets) {
      parts.append("\(distribution.label): \(summary(values)).")
    }
    if let caption { parts.append(caption) }
    return parts.joined(separator: " ")
  }
}

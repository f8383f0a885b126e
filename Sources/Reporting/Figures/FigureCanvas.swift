/// The page of a figure: title above, legend below it, caption at the foot, and the room between.
///
/// A page that these would fill gets higher, so that the drawing keeps some room.
struct FigureCanvas {
  static let margin = 16.0

  var svg = SVGBuilder()
  /// The room left for the drawing itself.
  private(set) var content: Rectangle
  private let size: FigureSize
  private let title: String

  private static let leastContentHeight = 140.0
  private static let titleLineHeight = FigureStyle.titleSize * 1.3
  private static let captionLineHeight = FigureStyle.labelSize * 1.4
  private static let legendRowHeight = 20.0

  init(title: String, size: FigureSize, legend: [LegendEntry], captions: [String]) {
    let width = size.width - 2 * Self.margin
    let titleLines = Self.lines([title], size: FigureStyle.titleSize * 1.05, width: width, most: 3)
    let captionLines = Self.lines(captions, size: FigureStyle.labelSize, width: width, most: 12)
    let rows = Self.rows(legend, width: width)
    let head =
      Double(titleLines.count) * Self.titleLineHeight + 6
      + (rows.isEmpty ? 0 : Double(rows.count) * Self.legendRowHeight + 6)
    let foot =
      captionLines.isEmpty ? 0 : Double(captionLines.count) * Self.captionLineHeight + 8
    let least = head + foot + Self.leastContentHeight + 2 * Self.margin
    self.size = FigureSize(width: size.width, height: max(size.height, least))
    self.title = title
    content = Rectangle(
      left: Self.margin, top: Self.margin + head, right: size.width - Self.margin,
      bottom: self.size.height - Self.margin - foot)
    drawTitle(titleLines)
    drawLegend(rows, top: Self.margin + Double(titleLines.count) * Self.titleLineHeight + 6)
    for (index, line) in captionLines.enumerated() {
      let baseline = content.bottom + 6 + Double(index + 1) * Self.captionLineHeight
      svg.text(
        line, at: Point(x: content.left, y: baseline), size: FigureStyle.labelSize,
        style: "tare-muted")
    }
  }

  /// The document; `description` is read out by screen readers.
  func document(description: String) -> String {
    svg.document(title: title, description: description, size: size)
  }

  /// The lines of some paragraphs; what is more than `most` lines is cut and marked.
  private static func lines(
    _ paragraphs: [String], size: Double, width: Double, most: Int
  ) -> [String] {
    let lines = paragraphs.flatMap { TextMetrics.wrap($0, size: size, limit: width) }
    guard lines.count > most else { return lines }
    var last = lines[most - 1]
    while !last.isEmpty, TextMetrics.width(last + " …", size: size) > width { last.removeLast() }
    return lines.prefix(most - 1) + [last + " …"]
  }

  private mutating func drawTitle(_ lines: [String]) {
    for (index, line) in lines.enumerated() {
      let baseline =
        Self.margin + Double(index) * Self.titleLineHeight + FigureStyle.titleSize * 0.85
      svg.text(
        line, at: Point(x: content.left, y: baseline), size: FigureStyle.titleSize,
        style: "tare-title")
    }
  }

  // MARK: Legend

  private static let sampleWidth = 26.0

  private static func rows(
    _ entries: [LegendEntry], width: Double
  ) -> [[(left: Double, entry: LegendEntry)]] {
    var rows: [[(left: Double, entry: LegendEntry)]] = []
    var left = 0.0
    for entry in entries {
      var entry = entry
      entry.text = TextMetrics.truncate(
        entry.text, size: FigureStyle.labelSize, limit: width - sampleWidth - 6)
      let needed =
        sampleWidth + 6 + TextMetrics.width(entry.text, size: FigureStyle.labelSize)
      if rows.isEmpty || left + needed > width {
        rows.append([])
        left = 0
      }
      rows[rows.count - 1].append((left, entry))
      left += needed + 20
    }
    return rows
  }

  private mutating func drawLegend(
    _ rows: [[(left: Double, entry: LegendEntry)]], top: Double
  ) {
    for (index, row) in rows.enumerated() {
      let middle = top + Double(index) * Self.legendRowHeight + 8
      for (offset, entry) in row {
        let left = content.left + offset
        let right = left + Self.sampleWidth
        draw(
          entry.sample,
          in: Rectangle(left: left, top: middle - 6, right: right, bottom: middle + 6))
        svg.text(
          entry.text,
          at: Point(x: right + 6, y: middle + FigureStyle.labelSize * 0.36),
          size: FigureStyle.labelSize)
      }
    }
  }

  private mutating func draw(_ sample: LegendEntry.Sample, in area: Rectangle) {
    let middle = (area.top + area.bottom) / 2
    switch sample {
    case .series(let series, let line, let dashed, let points, let band):
      let color = series % FigureStyle.seriesCount
      if band { svg.rectangle(area, style: "tare-band tare-fill-\(color)") }
      if line {
        svg.line(
          Point(x: area.left, y: middle), Point(x: area.right, y: middle),
          style: "tare-line tare-stroke-\(color)" + (dashed ? " tare-dashed" : ""))
      }
      if points {
        let center = Point(x: (area.left + area.right) / 2, y: middle)
        svg.path(
          PointSymbol(series: series).path(at: center), style: "tare-fill-\(color)")
      }
    case .area(let series):
      let color = series % FigureStyle.seriesCount
      svg.rectangle(area, style: "tare-area tare-fill-\(color)")
      svg.rectangle(area, style: "tare-thin tare-stroke-\(color)")
    case .missing(let kind):
      svg.rectangle(area, style: "tare-missing")
      svg.path(Hatching.path([area], spacing: 6, kind: kind), style: "tare-hatch")
    }
  }
}

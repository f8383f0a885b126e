extension HeatMap {
  /// Draws cells, axes and colour bar.
  func draw(
    _ blocks: BlockMean, bar: ColorBar, in content: Rectangle, on svg: inout SVGBuilder
  ) {
    let area = mapArea(in: content, bar: bar)
    guard rows > 0, columns > 0 else {
      svg.rectangle(area, style: "tare-outline")
      svg.text(
        "no cells",
        at: Point(x: (area.left + area.right) / 2, y: (area.top + area.bottom) / 2),
        size: FigureStyle.axisTitleSize, anchor: .middle, style: "tare-muted")
      return
    }
    drawCells(blocks, bar: bar, in: area, on: &svg)
    svg.rectangle(area, style: "tare-outline")
    drawAxes(around: area, on: &svg)
    if values.contains(where: { DataExtent.isDrawable($0, on: .linear) }) {
      var strip = area
      strip.left = area.right + 18
      strip.right = strip.left + ColorBar.width
      bar.draw(in: strip, on: &svg)
    }
  }

  /// The distance from the cells to the title of the rows, past their numbers.
  private var rowLabelRoom: Double {
    20 + TextMetrics.width(String(rows), size: FigureStyle.labelSize)
  }

  /// The area of the cells: square cells where neither side gets too thin to see.
  private func mapArea(in content: Rectangle, bar: ColorBar) -> Rectangle {
    var area = content
    area.left += rowLabelRoom + 11
    area.top += 4
    area.right -= 18 + ColorBar.width + bar.labelRoom(height: content.height)
    area.bottom -= 44
    guard rows > 0, columns > 0 else { return area }
    let cell = min(area.width / Double(columns), area.height / Double(rows))
    let smallest = 140.0
    let width = max(cell * Double(columns), min(smallest, area.width))
    let height = max(cell * Double(rows), min(smallest, area.height))
    let (spareWidth, spareHeight) = (area.width - width, area.height - height)
    return Rectangle(
      left: area.left + spareWidth / 2, top: area.top + spareHeight / 2,
      right: area.right - spareWidth / 2, bottom: area.bottom - spareHeight / 2)
  }

  /// Draws one path for each colour, in which neighbours of a row that share it are one piece.
  private func drawCells(
    _ blocks: BlockMean, bar: ColorBar, in area: Rectangle, on svg: inout SVGBuilder
  ) {
    var paths = [String](repeating: "", count: bar.colors.count)
    var missing = ""
    let reasons = reasons
    var hatched: [Hatching.Kind: [Rectangle]] = [:]
    let scaleX = area.width / Double(columns)
    let scaleY = area.height / Double(rows)
    for row in 0..<blocks.rows {
      let top = row * blocks.blockRows
      let height = min(blocks.blockRows, rows - top)
      let levels = (0..<blocks.columns).map {
        bar.level(of: blocks.values[row * blocks.columns + $0])
      }
      // A block without any value is hatched by the reason of its first cell.
      let causes = (0..<blocks.columns).map { reasons[top * columns + $0 * blocks.blockColumns] }
      var start = 0
      while start < levels.count {
        var end = start + 1
        while end < levels.count, levels[end] == levels[start],
          levels[start] != nil || causes[end] == causes[start]
        {
          end += 1
        }
        let left = start * blocks.blockColumns
        let width = min(end * blocks.blockColumns, columns) - left
        let piece = "M\(left) \(top)h\(width)v\(height)h\(-width)z"
        if let level = levels[start] {
          paths[level] += piece
        } else {
          missing += piece
          hatched[hatching(of: causes[start] ?? gaps.count), default: []].append(
            Rectangle(
              left: area.left + Double(left) * scaleX, top: area.top + Double(top) * scaleY,
              right: area.left + Double(left + width) * scaleX,
              bottom: area.top + Double(top + height) * scaleY))
        }
        start = end
      }
    }
    let transform =
      "translate(\(SVGBuilder.number(area.left)) \(SVGBuilder.number(area.top))) "
      + "scale(\(scaleX.description) \(scaleY.description))"
    // Without smoothing, the background does not shine through between cells.
    svg.open("g", ["transform": transform, "shape-rendering": "crispEdges"])
    for (path, color) in zip(paths, bar.colors) where !path.isEmpty {
      svg.element("path", ["fill": color, "d": path])
    }
    svg.path(missing, style: "tare-missing")
    svg.close("g")
    for kind in Hatching.Kind.allCases {
      svg.path(
        Hatching.path(hatched[kind] ?? [], spacing: 6, kind: kind), style: "tare-hatch")
    }
  }

  // MARK: Axes

  private func drawAxes(around area: Rectangle, on svg: inout SVGBuilder) {
    let size = FigureStyle.labelSize
    let columnTicks = Self.indices(columns, length: area.width) {
      TextMetrics.width(String($0), size: size) + 12
    }
    for index in columnTicks {
      let place = area.left + (Double(index) + 0.5) / Double(columns) * area.width
      svg.line(
        Point(x: place, y: area.bottom), Point(x: place, y: area.bottom + 5), style: "tare-tick")
      svg.text(
        String(index), at: Point(x: place, y: area.bottom + 8 + size * 0.9), size: size,
        anchor: .middle)
    }
    svg.text(
      "column", at: Point(x: (area.left + area.right) / 2, y: area.bottom + 40),
      size: FigureStyle.axisTitleSize, anchor: .middle)
    for index in Self.indices(rows, length: area.height, extent: { _ in size * 1.6 }) {
      let place = area.top + (Double(index) + 0.5) / Double(rows) * area.height
      svg.line(
        Point(x: area.left - 5, y: place), Point(x: area.left, y: place), style: "tare-tick")
      svg.text(
        String(index), at: Point(x: area.left - 8, y: place + size * 0.36), size: size,
        anchor: .end)
    }
    svg.text(
      "row", at: Point(x: area.left - rowLabelRoom, y: (area.top + area.bottom) / 2),
      size: FigureStyle.axisTitleSize, anchor: .middle, rotated: true)
  }

  /// Indices from zero at round distances (1, 2, 4 and 5 times a power of ten, and 8, 16, 32 ...).
  private static func indices(
    _ count: Int, length: Double, extent: (Int) -> Double
  ) -> [Int] {
    // Arrays have sides that are powers of two, which powers of ten divide badly.
    let isBinary = count >= 16 && count.nonzeroBitCount == 1
    var step = 1
    var choice = 0
    while Double(step) * length / Double(count) < max(extent(count), length / 9) {
      choice += 1
      step = isBinary ? step * 2 : [1, 2, 5][choice % 3] * Self.power(choice / 3)
      if step >= count { break }
    }
    return Array(stride(from: 0, to: count, by: max(step, 1)))
  }

  private static func power(_ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }
}

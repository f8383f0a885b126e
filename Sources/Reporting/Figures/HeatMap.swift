/// The cells of an array as a map of colours, row 0 on top.
///
/// ```swift
/// let map = HeatMap(
///   title: "Symmetric point", rows: 64, columns: 64, values: points,
///   label: "Symmetric point (weight)", colors: .diverging(center: 0))
/// ```
///
/// Cells without a finite value are grey and hatched, by the reason where it is known (``Gap``). Arrays of more than 128 x 128 cells are drawn as
/// means of blocks, which the caption says.
public struct HeatMap: Figure {
  /// Cells without a value for one reason, such as "stuck".
  public struct Gap: Sendable, Equatable {
    /// The reason, for the legend.
    public var label: String
    /// The places of the cells, row-major.
    public var cells: [Int]

    /// Cells without a value; those that have one are drawn by it all the same.
    public init(_ label: String, cells: [Int]) {
      self.label = label
      self.cells = cells
    }
  }

  /// What the figure shows.
  public var title: String
  /// The number of rows of cells.
  public let rows: Int
  /// The number of columns of cells.
  public let columns: Int
  /// The values, row by row; one that is not finite marks a cell without data.
  public let values: [Double]
  /// What the values are; set beside the colour bar.
  public var label: String
  /// The unit of the values; a bare SI unit ("S") gets the prefix that suits them.
  public var unit: String?
  /// How values become colours.
  public var colors: ColorScale
  /// The values at the ends of the colour bar; `nil` spans all the values.
  ///
  /// Values beyond get the colour of the nearer end and are counted in the caption. On a diverging
  /// scale the nearer limit moves out, so that both are as far from the centre.
  public var limits: ClosedRange<Double>?
  /// Why cells have no value, up to three reasons; cells of none have "no data".
  public var gaps: [Gap] = []
  /// Remarks below the map.
  public var caption: String?
  /// The size of the drawing.
  public var size: FigureSize

  /// A map of the values of an array.
  ///
  /// - Precondition: `values` has `rows` x `columns` elements.
  public init<Value: BinaryFloatingPoint>(
    title: String, rows: Int, columns: Int, values: [Value], label: String, unit: String? = nil,
    colors: ColorScale = .sequential, limits: ClosedRange<Double>? = nil,
    caption: String? = nil, size: FigureSize = .map
  ) {
    precondition(
      rows >= 0 && columns >= 0 && values.count == rows * columns,
      "heat map \"\(title)\": \(values.count) values for \(rows) x \(columns) cells")
    self.title = title
    self.rows = rows
    self.columns = columns
    self.values = values.map { Double($0) }
    self.label = label
    self.unit = unit
    self.colors = colors
    self.limits = limits
    self.caption = caption
    self.size = size
  }

  /// The map as a complete SVG document.
  public func svg() -> String {
    let blocks = BlockMean(rows: rows, columns: columns, values: values)
    let bar = colorBar(blocks)
    let missing = values.count { !DataExtent.isDrawable($0, on: .linear) }
    let reasons = reasons
    let legend = (gaps.map(\.label) + ["no data"]).enumerated().compactMap { place, label in
      let count = reasons.count { $0 == place }
      let cells = count == 1 ? "1 cell" : "\(count) cells"
      return count == 0
        ? nil : LegendEntry(sample: .missing(hatching(of: place)), text: "\(label) (\(cells))")
    }
    let captions = captions(blocks, bar)
    var canvas = FigureCanvas(title: title, size: size, legend: legend, captions: captions)
    draw(blocks, bar: bar, in: canvas.content, on: &canvas.svg)
    return canvas.document(description: description(bar, missing: missing, captions: captions))
  }

  /// The place in ``gaps`` of each cell without a value, their number for one of none; nil for a cell with a value.
  var reasons: [Int?] {
    var reasons = values.map { DataExtent.isDrawable($0, on: .linear) ? nil : gaps.count }
    for (place, gap) in gaps.enumerated() {
      for cell in gap.cells where reasons[cell] != nil { reasons[cell] = place }
    }
    return reasons
  }

  /// How cells of a reason are hatched; those of none as in maps without reasons.
  func hatching(of reason: Int) -> Hatching.Kind {
    reason == gaps.count ? .rising : [.crossed, .falling, .dense][reason % 3]
  }

  private func colorBar(_ blocks: BlockMean) -> ColorBar {
    var extent = DataExtent(scale: .linear)
    for value in blocks.values { extent.include(value) }
    var axis = Axis(label, unit: unit)
    if let limits, AxisMapping.isUsable(limits, on: .linear) {
      axis.range = colors.limits(for: limits)
    } else if !extent.isEmpty {
      axis.range = colors.limits(for: extent.lower...extent.upper)
    }
    return ColorBar(
      mapping: AxisMapping(axis, showing: extent, padding: 0), colors: colors.colors)
  }

  private func captions(_ blocks: BlockMean, _ bar: ColorBar) -> [String] {
    var captions = caption.map { [$0] } ?? []
    if blocks.isReduced {
      captions.append(
        "Each square is the mean of \(blocks.blockRows)×\(blocks.blockColumns) cells.")
    }
    let beyond = blocks.values.count { $0.isFinite && !bar.mapping.contains($0) }
    if beyond > 0 {
      let what = blocks.isReduced ? "means" : "cells"
      captions.append("Beyond the colour bar: \(beyond) of \(blocks.values.count) \(what).")
    }
    return captions
  }

  private func description(_ bar: ColorBar, missing: Int, captions: [String]) -> String {
    let unit = unit ?? ""
    var parts = ["Map of \(label) over \(rows) rows and \(columns) columns."]
    if missing < values.count {
      let low = EngineeringNumber.quantity(bar.mapping.lower, unit: unit)
      let high = EngineeringNumber.quantity(bar.mapping.upper, unit: unit)
      parts.append("Colours run from \(low) to \(high).")
    }
    if missing > 0 { parts.append("\(missing) cells have no data.") }
    return (parts + captions).joined(separator: " ")
  }
}

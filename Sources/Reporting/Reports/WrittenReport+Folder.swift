import Calibration
import DeviceContract

extension WrittenReport {
  /// Writes the record, the maps and the figures into a run folder.
  public func write(to folder: RunFolder) throws {
    let (rows, columns) = (result.region.rows.count, result.region.columns.count)
    func map<Element: NPYElement>(_ name: String, _ values: [Element]) throws {
      try folder.write(
        try NPYWriter.encode(values, rows: rows, columns: columns), to: "maps/\(name).npy")
    }
    let cells = result.cells
    try map("target", cells.map { $0.target ?? .nan })
    try map("weight", cells.map(\.weight))
    try map("residual", cells.map { $0.residual ?? .nan })
    let verdicts = WrittenCells.Verdict.allCases
    try map("verdict", cells.map { Int32(verdicts.firstIndex(of: $0.verdict) ?? -1) })
    try map("pulses", cells.map { UInt32($0.pulses) })
    try map("half-select-exposures", exposures)
    try folder.write(try cellTable().text, to: "maps/cells.csv")
    for (name, figure) in figures { try folder.write(figure.svg(), to: "figures/\(name).svg") }
    try folder.writeJSON(record, to: RunFolder.recordName)
  }

  private func cellTable() throws -> CSVTable {
    var table = CSVTable(
      columns: [
        "row", "column", "target", "weight", "residual", "verdict", "pulses",
        "half_select_exposures",
      ].map { .init($0) })
    let columns = result.region.columns.count
    for (place, cell) in result.cells.enumerated() {
      let (row, column) = place.quotientAndRemainder(dividingBy: columns)
      try table.append([
        .integer(result.region.rows.lowerBound.index + row),
        .integer(result.region.columns.lowerBound.index + column),
        cell.target.map { .number(Double($0)) } ?? .missing, .number(Double(cell.weight)),
        cell.residual.map { .number(Double($0)) } ?? .missing, .text(cell.verdict.rawValue),
        .integer(cell.pulses), .integer(Int(exposures[place])),
      ])
    }
    return table
  }

  /// The figures, by file name.
  var figures: [(name: String, figure: any Figure)] {
    let region = result.region
    func map(_ title: String, _ values: [Double], _ label: String, _ colors: ColorScale) -> HeatMap
    {
      HeatMap(
        title: title, rows: region.rows.count, columns: region.columns.count, values: values,
        label: label, colors: colors)
    }
    let written: Set<WrittenCells.Verdict> = [.reached, .near, .budget]
    let residuals = result.cells.map { cell in
      written.contains(cell.verdict) ? Double(cell.residual ?? .nan) : .nan
    }
    var figure = map(
      "Last read less target", residuals, "Residual (weight)", .diverging(center: 0))
    figure.gaps = [
      (.stuck, "stuck"), (.outOfReach, "out of reach"), (.left, "left alone"),
    ].map { (verdict: WrittenCells.Verdict, name: String) in
      HeatMap.Gap(name, cells: result.cells.indices.filter { result.cells[$0].verdict == verdict })
    }
    return [
      ("residual-map", figure),
      (
        "residual-histogram",
        Histogram(
          title: "What is left between cells and targets", x: Axis("Residual (weight)"),
          distributions: [.init("cells", residuals.filter(\.isFinite))])
      ),
      (
        "pulses-map",
        map("Pulses of each cell", result.cells.map { Double($0.pulses) }, "Pulses", .sequential)
      ),
    ]
  }
}

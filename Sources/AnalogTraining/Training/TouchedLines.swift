import DeviceContract

/// The rows and columns of a layer that trains may have changed, so that only these are read back.
struct TouchedLines: Sendable {
  private var rows: [Bool]
  private var columns: [Bool]
  /// Lines that lie so close are read together: a read of its own costs more than cells in between.
  private static let gap = 3

  init(_ shape: WeightShape) {
    rows = Array(repeating: false, count: shape.rows)
    columns = Array(repeating: false, count: shape.columns)
  }

  mutating func add(_ pulses: ArrayPulses) {
    switch pulses.pattern {
    case .outerProduct(let rowLines, let columnLines, _):
      for (line, row) in zip(rowLines, pulses.rows) where !line.words.isEmpty { rows[row] = true }
      for (line, column) in zip(columnLines, pulses.columns) where !line.words.isEmpty {
        columns[column] = true
      }
    default:
      for row in pulses.rows { rows[row] = true }
      for column in pulses.columns { columns[column] = true }
    }
  }

  /// The parts of the layer to read: whole rows or whole columns, whichever are fewer cells.
  var parts: [(rows: Range<Int>, columns: Range<Int>)] {
    let (rowRuns, columnRuns) = (Self.runs(rows), Self.runs(columns))
    let size = { (runs: [Range<Int>]) in runs.reduce(0) { $0 + $1.count } }
    if size(rowRuns) * columns.count <= size(columnRuns) * rows.count {
      return rowRuns.map { (rows: $0, columns: 0..<columns.count) }
    }
    return columnRuns.map { (rows: 0..<rows.count, columns: $0) }
  }

  private static func runs(_ touched: [Bool]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for place in touched.indices where touched[place] {
      if let last = runs.last, place - last.upperBound <= gap {
        runs[runs.count - 1] = last.lowerBound..<place + 1
      } else {
        runs.append(place..<place + 1)
      }
    }
    return runs
  }
}

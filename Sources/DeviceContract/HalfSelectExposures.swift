/// How often the cells that were not meant feel a part of the pulse voltage.
///
/// An exposure is one slot in which a cell that is not pulsed shares a selected line (V/2, floating), or
/// in which anything in its tile is pulsed (V/3). Exposures are booked apart from pulses.
public struct HalfSelectExposures: Sendable, Hashable {
  /// Rows and columns of the tile.
  private let rows: Int, columns: Int
  /// Exposures of a cell are the sum of its row's, its column's and the tile's, less its own entry.
  private var ofRow: [Int], ofColumn: [Int], ofTile: Int
  private let region: CellRegion
  /// Taken off inside the region, row-major: the slots in which the cell itself was selected.
  private var own: [Int]?

  /// The exposures that a train causes in a tile of the given size.
  public init(of train: PulseTrain, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    region = train.region
    ofRow = Array(repeating: 0, count: rows)
    ofColumn = Array(repeating: 0, count: columns)
    ofTile = 0
    switch train.scheme {
    case .isolated: break
    case .thirdVoltage:
      // For an outer product an upper bound: slots in which nothing fires are counted too.
      ofTile = train.slots
      let counts = train.cellCounts
      own = zip(counts.up, counts.down).map { Int($0 + $1) }
    case .halfVoltage, .floating: book(linesOf: train)
    }
  }

  /// Exposures of the cells that share a selected line.
  private mutating func book(linesOf train: PulseTrain) {
    let (firstRow, firstColumn) = (region.rows.lowerBound.index, region.columns.lowerBound.index)
    switch train.pattern {
    case .uniform, .alternating:
      for row in region.rows { ofRow[row.index] = train.slots }
      for column in region.columns { ofColumn[column.index] = train.slots }
      own = Array(repeating: 2 * train.slots, count: region.count)
    case .counts(let counts):
      for (row, slots) in train.rowSlots.enumerated() { ofRow[firstRow + row] = slots }
      for (cell, count) in counts.enumerated() {
        ofColumn[firstColumn + cell % region.columns.count] += Int(count.magnitude)
      }
      own = counts.map { 2 * Int($0.magnitude) }
    case .outerProduct(let rowLines, let columnLines, let slots):
      // A line fires once for each sign among the lines that cross it.
      let rowPhases = PulseTrain.signs(of: columnLines)
      let columnPhases = PulseTrain.signs(of: rowLines)
      for (row, line) in rowLines.enumerated() {
        ofRow[firstRow + row] = rowPhases * line.count(slots: slots)
      }
      for (column, line) in columnLines.enumerated() {
        ofColumn[firstColumn + column] = columnPhases * line.count(slots: slots)
      }
      let pulses = train.cellCounts
      own = zip(pulses.up, pulses.down).map { 2 * Int($0 + $1) }
    }
  }

  /// Exposures of one cell.
  public func count(row: Row, column: Column) -> Int {
    let lines = ofRow[row.index] + ofColumn[column.index] + ofTile
    guard let own, region.contains(row: row, column: column) else { return lines }
    return lines - own[region.offset(row: row, column: column)]
  }

  /// Every exposed cell with its number of exposures, row by row.
  public func forEach(_ body: (_ row: Int, _ column: Int, _ count: Int) -> Void) {
    let width = region.columns.count
    // Most trains select few lines: elsewhere only the selected columns have anything to visit.
    let selected = ofColumn.indices.filter { ofColumn[$0] != 0 }
    for row in 0..<rows {
      let ofLine = ofRow[row] + ofTile
      let inRows = region.rows.contains(Row(row))
      let first = (row - region.rows.lowerBound.index) * width - region.columns.lowerBound.index
      func visit(_ column: Int) {
        var count = ofLine + ofColumn[column]
        if inRows, let own, region.columns.contains(Column(column)) { count -= own[first + column] }
        if count != 0 { body(row, column, count) }
      }
      if ofLine == 0 {
        // Nothing to take off: a cell that was selected has a row that was.
        selected.forEach(visit)
      } else {
        (0..<columns).forEach(visit)
      }
    }
  }

  /// Whether no cell is exposed, as when a whole tile is pulsed at once.
  public var isEmpty: Bool { total == 0 }

  /// Exposures summed over all cells of the tile.
  public var total: Int {
    ofRow.reduce(0, +) * columns + ofColumn.reduce(0, +) * rows + ofTile * rows * columns
      - (own?.reduce(0, +) ?? 0)
  }
}

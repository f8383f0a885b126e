/// How often the cells that were not meant feel a part of the pulse voltage.
///
/// An exposure is one slot in which a cell that is not pulsed shares a selected line (V/2, floating), or
/// in which anything in its tile is pulsed (V/3). Exposures are booked apart from pulses.
public struct HalfSelectExposures: Sendable, Hashable {
  /// Rows and columns of the tile.
  private let rows: Int, columns: Int
  // Exposures of a cell are the sum of its row's, its column's and the tile's, less its own.
  /// Exposures of every cell of a row, one entry a row of the tile.
  public private(set) var ofRow: [Int]
  /// Exposures of every cell of a column, one entry a column of the tile.
  public private(set) var ofColumn: [Int]
  /// Exposures of every cell of the tile.
  public private(set) var ofTile: Int
  /// The cells of the train.
  public let region: CellRegion
  /// The pulses of each cell of the region, positive for up; nil where all have the same number.
  public let signedCounts: SignedCounts?
  /// Taken off a cell of the region for each of its ``signedCounts``: the slots in which it was itself
  /// selected.
  public private(set) var ownOfPulse = 0
  /// Taken off every cell of the region besides.
  public private(set) var ownOfEach = 0

  /// The exposures that a train causes in a tile of the given size.
  ///
  /// - Parameter signedCounts: ``PulseTrain/signedCounts`` of the train, where they are at hand.
  public init(of train: PulseTrain, rows: Int, columns: Int, signedCounts: SignedCounts? = nil) {
    self.rows = rows
    self.columns = columns
    region = train.region
    ofRow = Array(repeating: 0, count: rows)
    ofColumn = Array(repeating: 0, count: columns)
    ofTile = 0
    let isShared = train.scheme != .isolated
    self.signedCounts = isShared ? signedCounts ?? train.signedCounts : nil
    switch train.scheme {
    case .isolated: break
    case .thirdVoltage:
      // For an outer product an upper bound: slots in which nothing fires are counted too.
      ofTile = train.slots
      if self.signedCounts == nil { ownOfEach = train.slots } else { ownOfPulse = 1 }
    case .halfVoltage, .floating: book(linesOf: train)
    }
  }

  /// Exposures of the cells that share a selected line.
  private mutating func book(linesOf train: PulseTrain) {
    let (firstRow, firstColumn) = (region.rows.lowerBound.index, region.columns.lowerBound.index)
    switch train.pattern {
    case .uniform, .alternating:
      let slots = train.slots
      for row in region.rows { ofRow[row.index] = slots }
      for column in region.columns { ofColumn[column.index] = slots }
      ownOfEach = 2 * slots
    case .counts(let counts):
      for (row, slots) in train.rowSlots.enumerated() { ofRow[firstRow + row] = slots }
      let width = region.columns.count
      // 32 bits hold the sums of more rows than there are in any array.
      var sums = [UInt32](repeating: 0, count: width)
      counts.withUnsafeBufferPointer { counts in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<region.rows.count {
            let line = row * width
            for column in 0..<width { sums[column] &+= UInt32(counts[line &+ column].magnitude) }
          }
        }
      }
      for column in 0..<width { ofColumn[firstColumn + column] = Int(sums[column]) }
      ownOfPulse = 2
    case .outerProduct(let rowLines, let columnLines, let slots):
      // A line fires once for each sign among the lines that cross it.
      let rowPhases = PulseTrain.signs(of: columnLines)
      let columnPhases = PulseTrain.signs(of: rowLines)
      for row in rowLines.indices where !rowLines[row].words.isEmpty {
        ofRow[firstRow + row] = rowPhases * rowLines[row].count(slots: slots)
      }
      for column in columnLines.indices where !columnLines[column].words.isEmpty {
        ofColumn[firstColumn + column] = columnPhases * columnLines[column].count(slots: slots)
      }
      ownOfPulse = 2
    }
  }

  /// What is taken off a cell of the region, by its place in it.
  private func own(_ place: Int) -> Int {
    ownOfEach + ownOfPulse * Int(signedCounts?[place].magnitude ?? 0)
  }

  /// Exposures of one cell.
  public func count(row: Row, column: Column) -> Int {
    let lines = ofRow[row.index] + ofColumn[column.index] + ofTile
    guard region.contains(row: row, column: column) else { return lines }
    return lines - own(region.offset(row: row, column: column))
  }

  /// Every exposed cell with its number of exposures, row by row.
  public func forEach(_ body: (_ row: Int, _ column: Int, _ count: Int) -> Void) {
    let width = region.columns.count
    let (left, right) = (region.columns.lowerBound.index, region.columns.upperBound.index)
    // On a row that was not selected only the cells of selected columns are exposed.
    let selected = ofColumn.indices.filter { ofColumn[$0] != 0 }
    for row in 0..<rows {
      let ofLine = ofRow[row] + ofTile
      let inRows = region.rows.contains(Row(row))
      if ofLine == 0 {
        // Nor is any of them pulsed there: a pulse selects its row.
        for column in selected { body(row, column, ofColumn[column]) }
        continue
      }
      let first = (row - region.rows.lowerBound.index) * width - left
      for column in 0..<columns {
        var count = ofLine + ofColumn[column]
        if inRows, column >= left, column < right {
          count -= own(first + column)
        }
        if count != 0 { body(row, column, count) }
      }
    }
  }

  /// The exposures of the cell that has the most.
  public var most: Int {
    var most = 0
    forEach { _, _, count in most = max(most, count) }
    return most
  }

  /// Whether no cell is exposed, as when a whole tile is pulsed at once.
  public var isEmpty: Bool { total == 0 }

  /// Exposures summed over all cells of the tile.
  public var total: Int {
    ofRow.reduce(0, +) * columns + ofColumn.reduce(0, +) * rows + ofTile * rows * columns
      - ownOfEach * region.count
      - ownOfPulse * (signedCounts?.totals.all ?? 0)
  }
}

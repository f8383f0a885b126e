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
  /// Taken off inside the region, row-major: the slots in which the cell itself was selected; nil where
  /// that is the same for all, see ``ownOfEach``.
  public private(set) var own: [Int]?
  /// Taken off every cell of the region besides ``own``.
  public private(set) var ownOfEach = 0

  /// The exposures that a train causes in a tile of the given size.
  ///
  /// - Parameter counts: ``PulseTrain/cellCounts`` of the train, where they are at hand.
  public init(of train: PulseTrain, rows: Int, columns: Int, counts: CellCounts? = nil) {
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
      switch train.pattern {
      case .uniform, .alternating: ownOfEach = train.slots
      case .counts, .outerProduct:
        let counts = counts ?? train.cellCounts
        own = zip(counts.up, counts.down).map { Int($0 + $1) }
      }
    case .halfVoltage, .floating: book(linesOf: train, counts)
    }
  }

  /// Exposures of the cells that share a selected line.
  private mutating func book(linesOf train: PulseTrain, _ each: CellCounts?) {
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
      for row in 0..<region.rows.count {
        for column in 0..<width {
          ofColumn[firstColumn + column] += Int(counts[row * width + column].magnitude)
        }
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
      let pulses = each ?? train.cellCounts
      own = zip(pulses.up, pulses.down).map { 2 * Int($0 + $1) }
    }
  }

  /// Exposures of one cell.
  public func count(row: Row, column: Column) -> Int {
    let lines = ofRow[row.index] + ofColumn[column.index] + ofTile
    guard region.contains(row: row, column: column) else { return lines }
    return lines - ownOfEach - (own?[region.offset(row: row, column: column)] ?? 0)
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
      if ofLine == 0 && !inRows {
        for column in selected { body(row, column, ofColumn[column]) }
        continue
      }
      let first = (row - region.rows.lowerBound.index) * width - left
      for column in 0..<columns {
        var count = ofLine + ofColumn[column]
        if inRows, column >= left, column < right {
          count -= ownOfEach + (own?[first + column] ?? 0)
        }
        if count != 0 { body(row, column, count) }
      }
    }
  }

  /// Adds the exposures of every cell to counts over the tile, row-major; a count that is full stays full.
  ///
  /// - Precondition: there is one count for each cell of the tile.
  public func add(to counts: inout [UInt32]) {
    precondition(counts.count == rows * columns, "one count for each cell of the tile")
    // Row by row and without a closure: a ledger does this for every train that it holds.
    let selected = ofColumn.indices.filter { ofColumn[$0] != 0 }
    counts.withUnsafeMutableBufferPointer { counts in
      ofColumn.withUnsafeBufferPointer { ofColumn in
        for row in 0..<rows {
          let line = UnsafeMutableBufferPointer(
            rebasing: counts[row * columns..<(row + 1) * columns])
          let ofLine = ofRow[row] + ofTile
          if region.rows.contains(Row(row)) {
            add(toSelected: line, row - region.rows.lowerBound.index, ofLine, ofColumn)
          } else if ofLine == 0 {
            for column in selected { Self.add(ofColumn[column], to: &line[column]) }
          } else {
            for column in 0..<columns { Self.add(ofLine + ofColumn[column], to: &line[column]) }
          }
        }
      }
    }
  }

  /// Adds to a row of the region, which is the n-th of it.
  private func add(
    toSelected line: UnsafeMutableBufferPointer<UInt32>, _ place: Int, _ ofLine: Int,
    _ ofColumn: UnsafeBufferPointer<Int>
  ) {
    let (left, right) = (region.columns.lowerBound.index, region.columns.upperBound.index)
    for column in 0..<left { Self.add(ofLine + ofColumn[column], to: &line[column]) }
    let inside = ofLine - ownOfEach
    if let own {
      own.withUnsafeBufferPointer { own in
        let first = place * (right - left) - left
        for column in left..<right {
          Self.add(inside + ofColumn[column] - own[first + column], to: &line[column])
        }
      }
    } else {
      for column in left..<right { Self.add(inside + ofColumn[column], to: &line[column]) }
    }
    for column in right..<line.count { Self.add(ofLine + ofColumn[column], to: &line[column]) }
  }

  private static func add(_ added: Int, to count: inout UInt32) {
    let full = Int(UInt32.max)
    count = UInt32(truncatingIfNeeded: min(Int(count) + min(added, full), full))
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
      - ownOfEach * region.count - (own?.reduce(0, +) ?? 0)
  }
}

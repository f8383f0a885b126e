import DeviceContract

/// Half-select exposures of every cell of a tile.
///
/// Kept as sums of lines, as they arise: a train on one cell is booked in a few additions and not in one
/// for every cell of its row and column.
struct ExposureTally {
  private let rows: Int, columns: Int
  private var ofRow: [Int], ofColumn: [Int], ofTile = 0
  /// What is taken off for the cells that were pulsed themselves; empty while no line was shared.
  private var own: [Int] = []
  /// Exposures before this campaign; empty for none.
  private let before: [UInt64]
  private let mostBefore: Int
  /// An upper bound of this campaign's exposures of any cell.
  private var most = 0

  init(rows: Int, columns: Int, before: [UInt64]) {
    (self.rows, self.columns, self.before) = (rows, columns, before)
    (ofRow, ofColumn) = (Array(repeating: 0, count: rows), Array(repeating: 0, count: columns))
    mostBefore = Int(clamping: before.max() ?? 0)
  }

  /// Books what a train causes, or takes it back.
  mutating func book(_ added: HalfSelectExposures, sign: Int = 1) {
    for row in 0..<rows { ofRow[row] += sign * added.ofRow[row] }
    for column in 0..<columns { ofColumn[column] += sign * added.ofColumn[column] }
    ofTile += sign * added.ofTile
    most = max(0, most + sign * Self.bound(added))
    if own.isEmpty { own = Array(repeating: 0, count: rows * columns) }
    own.withUnsafeMutableBufferPointer { own in
      added.region.forEachRow(columns: columns) { cells, first in
        for cell in cells { own[cell] += sign * added.ownOfEach }
        guard let each = added.own else { return }
        for cell in cells { own[cell] += sign * each[first + cell - cells.lowerBound] }
      }
    }
  }

  /// Whether no cell can go beyond a count: an answer without a look at the cells.
  func surelyStays(below limit: Int, after added: HalfSelectExposures) -> Bool {
    mostBefore + most + Self.bound(added) <= limit
  }

  /// The exposed cell that a train would bring to the highest count, that count before, and its exposures.
  func highest(after added: HalfSelectExposures) -> (cell: Int, spent: Int, asked: Int) {
    var highest = (cell: 0, spent: 0, asked: 0)
    added.forEach { row, column, asked in
      let cell = row * columns + column
      let spent = count(cell) + past(cell)
      if spent + asked > highest.spent + highest.asked { highest = (cell, spent, asked) }
    }
    return highest
  }

  /// The most that any cell has felt in its life among those that trains on a region can expose.
  func mostFelt(around region: CellRegion, schemes: Set<BiasScheme>) -> (cell: Int, count: Int) {
    let everywhere = schemes.contains(.thirdVoltage)
    var most = (cell: 0, count: 0)
    for row in 0..<rows {
      for column in 0..<columns {
        guard
          everywhere || region.rows.contains(Row(row)) || region.columns.contains(Column(column))
        else { continue }
        let cell = row * columns + column
        let felt = count(cell) + past(cell)
        if felt > most.count { most = (cell, felt) }
      }
    }
    return most
  }

  /// The exposures of a region in this campaign.
  func values(of region: CellRegion) -> [UInt32] {
    var values: [UInt32] = []
    values.reserveCapacity(region.count)
    region.forEachRow(columns: columns) { cells, _ in
      for cell in cells { values.append(UInt32(clamping: count(cell))) }
    }
    return values
  }

  private func count(_ cell: Int) -> Int {
    ofRow[cell / columns] + ofColumn[cell % columns] + ofTile - (own.isEmpty ? 0 : own[cell])
  }

  private func past(_ cell: Int) -> Int { before.isEmpty ? 0 : Int(clamping: before[cell]) }

  private static func bound(_ added: HalfSelectExposures) -> Int {
    (added.ofRow.max() ?? 0) + (added.ofColumn.max() ?? 0) + added.ofTile
  }
}

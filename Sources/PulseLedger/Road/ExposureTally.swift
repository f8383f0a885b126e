import DeviceContract

/// Half-select exposures of every cell of a tile: those of this campaign, which limits are held against
/// together with those before it.
struct ExposureTally {
  private let rows: Int, columns: Int
  private var sums: ExposureSums
  /// Exposures before this campaign; empty for none.
  private let before: [UInt64]
  private let mostBefore: Int
  /// An upper bound of this campaign's exposures of any cell.
  private var most = 0
  /// ``most`` when it was last made exact.
  private var tightest = 0

  init(rows: Int, columns: Int, before: [UInt64]) {
    (self.rows, self.columns) = (rows, columns)
    sums = ExposureSums(rows: rows, columns: columns)
    self.before = before
    mostBefore = Int(clamping: before.max() ?? 0)
  }

  /// Books what a train causes, or takes it back.
  mutating func book(_ added: HalfSelectExposures, sign: Int = 1) {
    sums.book(added, sign: sign)
    // What is taken back stays in the bound: once it was tightened, nobody knows which trains it still holds.
    if sign > 0 { most += Self.bound(added) }
  }

  /// Whether no cell can go beyond a count: an answer without a look at the cells, but now and then.
  mutating func surelyStays(below limit: Int, after added: HalfSelectExposures) -> Bool {
    let others = mostBefore + Self.bound(added)
    if most + others <= limit { return true }
    // The bound adds up the trains of different lines; the true most may be far below.
    guard most > 2 * tightest else { return false }
    tightest = (0..<rows * columns).reduce(0) { max($0, sums.count($1)) }
    most = tightest
    return most + others <= limit
  }

  /// The exposed cell that a train would bring to the highest count, that count before, and its exposures.
  func highest(after added: HalfSelectExposures) -> (cell: Int, spent: Int, asked: Int) {
    var highest = (cell: 0, spent: 0, asked: 0)
    added.forEach { row, column, asked in
      let cell = row * columns + column
      let spent = sums.count(cell) + past(cell)
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
        let felt = sums.count(cell) + past(cell)
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
      for cell in cells { values.append(UInt32(clamping: sums.count(cell))) }
    }
    return values
  }

  private func past(_ cell: Int) -> Int { before.isEmpty ? 0 : Int(clamping: before[cell]) }

  private static func bound(_ added: HalfSelectExposures) -> Int {
    (added.ofRow.max() ?? 0) + (added.ofColumn.max() ?? 0) + added.ofTile
  }
}

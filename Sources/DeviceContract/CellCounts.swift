/// Pulses of each polarity for every cell of a region, row-major.
public struct CellCounts: Sendable, Hashable, Codable {
  /// Up pulses a cell.
  public var up: [UInt32]
  /// Down pulses a cell.
  public var down: [UInt32]

  /// Counts for the cells of a region; both arrays have one entry a cell.
  public init(up: [UInt32], down: [UInt32]) {
    precondition(up.count == down.count, "one count of each polarity a cell")
    self.up = up
    self.down = down
  }

  /// The same counts for every cell.
  public init(cells: Int, up: Int = 0, down: Int = 0) {
    self.init(
      up: Array(repeating: UInt32(up), count: cells),
      down: Array(repeating: UInt32(down), count: cells))
  }

  /// The sums over all cells.
  public var totals: PulseTotals {
    PulseTotals(
      up: up.reduce(0) { $0 + Int($1) }, down: down.reduce(0) { $0 + Int($1) })
  }

  /// Cell by cell difference; both must cover the same region, and no count may fall.
  public static func - (later: CellCounts, earlier: CellCounts) -> CellCounts {
    CellCounts(
      up: zip(later.up, earlier.up).map { $0 - $1 },
      down: zip(later.down, earlier.down).map { $0 - $1 })
  }
}

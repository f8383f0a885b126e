import DeviceContract

/// Pulses and exposures of every cell of a tile, booked as they are reported.
///
/// Trains that do the same to all cells of a region are booked without an array of their pulses: a
/// campaign fires thousands of them.
struct TileTally {
  let rows: Int
  let columns: Int
  /// By cause; a cause that never fired takes no memory.
  private(set) var counts: [Cause: CellCounts] = [:]
  /// An upper bound of ``counts``.
  private var mostBooked = 0
  /// Pulses of all causes and polarities, uncertain and reserved ones included: what limits are held
  /// against.
  private var spent: [UInt32]
  /// An upper bound of ``spent``, so that most checks need no look at the cells.
  private var mostSpent = 0
  /// Pulses before this campaign; empty for none.
  private let before: [UInt64]
  private let mostBefore: Int
  /// ``mostSpent`` when it was last made exact.
  private var tightest = 0
  var exposures: ExposureTally

  init(rows: Int, columns: Int, history: TileHistory) {
    self.rows = rows
    self.columns = columns
    spent = Array(repeating: 0, count: rows * columns)
    before = history.pulses
    mostBefore = Int(clamping: history.pulses.max() ?? 0)
    exposures = ExposureTally(rows: rows, columns: columns, before: history.exposures)
  }

  /// Books pulses that were surely fired.
  mutating func book(_ fired: CellPulses, of region: CellRegion, cause: Cause) {
    mostBooked += fired.largest
    fired.add(
      to: &counts[cause, default: CellCounts(cells: rows * columns)], of: region, columns: columns,
      mayFill: mostBooked > Int(UInt32.max))
  }

  /// Reserves what limits are held against.
  mutating func reserve(_ pulses: CellPulses, of region: CellRegion) {
    mostSpent += pulses.largest
    // A device may report any number; a counter that is full stays full.
    pulses.add(
      toBoth: &spent, of: region, columns: columns, mayFill: mostSpent > Int(UInt32.max))
  }

  /// Takes a reservation back.
  mutating func release(_ pulses: CellPulses, of region: CellRegion) {
    // The bound stays: once it was tightened, nobody knows which trains it still holds.
    pulses.take(offBoth: &spent, of: region, columns: columns)
  }

  /// Whether no cell can go beyond a count, whatever cells are pulsed: an answer without a look at them.
  mutating func surelyStays(below limit: Int, after pulses: Int, inLife: Bool) -> Bool {
    let past = inLife ? mostBefore : 0
    if mostSpent + past + pulses <= limit { return true }
    // The bound adds up the trains of different cells; the true most may be far below.
    guard mostSpent > 2 * tightest else { return false }
    tightest = Int(spent.max() ?? 0)
    mostSpent = tightest
    return mostSpent + past + pulses <= limit
  }

  /// The cell of a region that pulses would bring to the highest count, that count before, and the pulses.
  func highest(
    after pulses: CellPulses, of region: CellRegion, inLife: Bool
  ) -> (cell: Int, spent: Int, asked: Int) {
    var highest = (cell: 0, spent: 0, asked: 0)
    pulses.forEachPulsed(of: region, columns: columns) { cell, asked in
      let spent = self.spent(cell, inLife: inLife)
      if spent + asked > highest.spent + highest.asked { highest = (cell, spent, asked) }
    }
    return highest
  }

  private func spent(_ cell: Int, inLife: Bool) -> Int {
    Int(spent[cell]) + (inLife && !before.isEmpty ? Int(clamping: before[cell]) : 0)
  }

  /// The counts of a region for one cause, or for all.
  func counts(of region: CellRegion, cause: Cause?) -> CellCounts {
    var part = CellCounts(cells: region.count)
    for (booked, counts) in counts where cause == nil || booked == cause {
      var offset = 0
      for row in region.rows {
        for column in region.columns {
          let cell = row.index * columns + column.index
          part.up[offset] += counts.up[cell]
          part.down[offset] += counts.down[cell]
          offset += 1
        }
      }
    }
    return part
  }
}

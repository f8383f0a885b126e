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
    let (cells, columns) = (rows * columns, columns)
    counts[cause, default: CellCounts(cells: cells)].add(fired, of: region, columns: columns)
  }

  /// Reserves what limits are held against.
  mutating func reserve(_ pulses: CellPulses, of region: CellRegion) {
    mostSpent += pulses.largest
    forEachRow(of: region) { cells, first, spent in
      switch pulses {
      case .same(let up, let down):
        let both = up + down
        for cell in cells { spent[cell] += both }
      case .each(let counts):
        for cell in cells {
          let offset = first + cell - cells.lowerBound
          // A device may report any number; a counter that is full stays full.
          let sum = Int(spent[cell]) + Int(counts.up[offset]) + Int(counts.down[offset])
          spent[cell] = UInt32(clamping: sum)
        }
      }
    }
  }

  /// Takes a reservation back.
  mutating func release(_ pulses: CellPulses, of region: CellRegion) {
    // The bound stays: once it was tightened, nobody knows which trains it still holds.
    forEachRow(of: region) { cells, first, spent in
      for cell in cells {
        let pulses = pulses.count(first + cell - cells.lowerBound)
        spent[cell] = UInt32(clamping: Int(spent[cell]) - pulses)
      }
    }
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
    var offset = 0
    for row in region.rows {
      for column in region.columns {
        let asked = pulses.count(offset)
        offset += 1
        guard asked > 0 else { continue }
        let cell = row.index * columns + column.index
        let spent = self.spent(cell, inLife: inLife)
        if spent + asked > highest.spent + highest.asked { highest = (cell, spent, asked) }
      }
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

  /// Every row of a region: its cells in the tile, and the place of the first in the region.
  private mutating func forEachRow(
    of region: CellRegion,
    _ body: (Range<Int>, Int, UnsafeMutableBufferPointer<UInt32>) -> Void
  ) {
    let columns = columns
    spent.withUnsafeMutableBufferPointer { spent in
      region.forEachRow(columns: columns) { cells, first in body(cells, first, spent) }
    }
  }
}

extension CellRegion {
  /// Every row: its cells in an array over a tile, and the place of the first in one over the region.
  func forEachRow(columns: Int, _ body: (Range<Int>, Int) -> Void) {
    for row in 0..<rows.count {
      let start = (rows.lowerBound.index + row) * columns + self.columns.lowerBound.index
      body(start..<start + self.columns.count, row * self.columns.count)
    }
  }
}

extension CellCounts {
  /// Adds the pulses of a region to counts over a tile.
  fileprivate mutating func add(_ pulses: CellPulses, of region: CellRegion, columns: Int) {
    up.withUnsafeMutableBufferPointer { up in
      down.withUnsafeMutableBufferPointer { down in
        region.forEachRow(columns: columns) { cells, first in
          switch pulses {
          case .same(let ups, let downs):
            if ups > 0 { for cell in cells { up[cell] &+= ups } }
            if downs > 0 { for cell in cells { down[cell] &+= downs } }
          case .each(let counts):
            for cell in cells {
              up[cell] &+= counts.up[first + cell - cells.lowerBound]
              down[cell] &+= counts.down[first + cell - cells.lowerBound]
            }
          }
        }
      }
    }
  }
}

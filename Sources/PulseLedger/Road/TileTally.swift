import DeviceContract

/// Pulses and exposures of every cell of a tile, booked as they are reported.
struct TileTally {
  let rows: Int
  let columns: Int
  /// By cause; a cause that never fired takes no memory.
  private(set) var counts: [Cause: CellCounts] = [:]
  /// Pulses of all causes and polarities, uncertain ones included: what budgets are held against.
  private(set) var spent: [UInt32]
  /// An upper bound of ``spent``, so that counters cannot overflow.
  private(set) var mostSpent: UInt32 = 0
  private(set) var exposures: [UInt32] = []

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    spent = Array(repeating: 0, count: rows * columns)
  }

  /// Books pulses of a region.
  mutating func book(_ fired: CellCounts, of region: CellRegion, cause: Cause) {
    var tally = counts.removeValue(forKey: cause) ?? CellCounts(cells: rows * columns)
    tally.up.withUnsafeMutableBufferPointer {
      Self.add(fired.up, of: region, to: $0, columns: columns)
    }
    tally.down.withUnsafeMutableBufferPointer {
      Self.add(fired.down, of: region, to: $0, columns: columns)
    }
    counts[cause] = tally
  }

  /// Adds to what budgets are held against.
  mutating func spend(_ pulses: CellCounts, of region: CellRegion) {
    let columns = columns
    let most = zip(pulses.up, pulses.down).reduce(UInt32(0)) { max($0, $1.0 + $1.1) }
    mostSpent = max(mostSpent + most, mostSpent)
    spent.withUnsafeMutableBufferPointer {
      Self.add(pulses.up, of: region, to: $0, columns: columns)
      Self.add(pulses.down, of: region, to: $0, columns: columns)
    }
  }

  /// The cell that a train would bring to the highest count, and that count.
  func highest(after pulses: CellCounts, of region: CellRegion) -> (cell: Int, count: Int) {
    var highest = (cell: 0, count: 0)
    forEachCell(of: region) { offset, cell in
      let count = Int(spent[cell]) + Int(pulses.up[offset]) + Int(pulses.down[offset])
      if count > highest.count && pulses.up[offset] + pulses.down[offset] > 0 {
        highest = (cell, count)
      }
    }
    return highest
  }

  /// Books exposures.
  mutating func expose(_ added: HalfSelectExposures) {
    if exposures.isEmpty { exposures = Array(repeating: 0, count: rows * columns) }
    let columns = columns
    exposures.withUnsafeMutableBufferPointer { buffer in
      added.forEach { row, column, count in
        buffer[row * columns + column] += UInt32(truncatingIfNeeded: count)
      }
    }
  }

  /// The counts of a region for one cause, or for all.
  func counts(of region: CellRegion, cause: Cause?) -> CellCounts {
    var part = CellCounts(cells: region.count)
    for (booked, counts) in counts where cause == nil || booked == cause {
      forEachCell(of: region) { offset, cell in
        part.up[offset] += counts.up[cell]
        part.down[offset] += counts.down[cell]
      }
    }
    return part
  }

  /// The exposures of a region.
  func exposures(of region: CellRegion) -> [UInt32] {
    var part = Array(repeating: UInt32(0), count: region.count)
    guard !exposures.isEmpty else { return part }
    forEachCell(of: region) { offset, cell in part[offset] = exposures[cell] }
    return part
  }

  /// Every cell of a region: its place in an array over the region, and in one over the tile.
  private func forEachCell(of region: CellRegion, _ body: (Int, Int) -> Void) {
    var offset = 0
    for row in region.rows.lowerBound.index..<region.rows.upperBound.index {
      for column in region.columns.lowerBound.index..<region.columns.upperBound.index {
        body(offset, row * columns + column)
        offset += 1
      }
    }
  }

  private static func add(
    _ counts: [UInt32], of region: CellRegion, to tally: UnsafeMutableBufferPointer<UInt32>,
    columns: Int
  ) {
    let width = region.columns.count
    counts.withUnsafeBufferPointer { counts in
      for row in 0..<region.rows.count {
        let start =
          (region.rows.lowerBound.index + row) * columns + region.columns.lowerBound.index
        for column in 0..<width { tally[start + column] += counts[row * width + column] }
      }
    }
  }
}

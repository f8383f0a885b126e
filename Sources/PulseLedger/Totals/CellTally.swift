import DeviceContract

/// Pulses of every cell of a tile, under one heading.
///
/// A class, so that adding to one of many in a dictionary copies nothing.
final class CellTally {
  let rows: Int, columns: Int
  private(set) var counts: CellCounts
  /// An upper bound of every count.
  private var most: Int
  /// Whether it has changed since it was last saved.
  var hasChanged = false

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    (counts, most) = (CellCounts(cells: rows * columns), 0)
  }

  init(_ counts: CellCounts, rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    self.counts = counts
    most = Int(max(counts.up.max() ?? 0, counts.down.max() ?? 0))
  }

  var up: [UInt32] { counts.up }
  var down: [UInt32] { counts.down }

  /// Adds the pulses of a region.
  func add(_ pulses: CellPulses, of region: CellRegion) {
    hasChanged = true
    most += pulses.largest
    pulses.add(to: &counts, of: region, columns: columns, mayFill: most > Int(UInt32.max))
  }

  /// Adds the counts of a region.
  func add(_ counts: CellCounts, of region: CellRegion) { add(.each(counts), of: region) }
}

import DeviceContract

/// Pulses of every cell of a tile, under one heading.
///
/// A class, so that adding to one of many in a dictionary copies nothing.
final class CellTally {
  let rows: Int, columns: Int
  private(set) var up: [UInt32]
  private(set) var down: [UInt32]
  /// Whether it has changed since it was last saved.
  var hasChanged = false

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    up = Array(repeating: 0, count: rows * columns)
    down = up
  }

  init(_ counts: CellCounts, rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    (up, down) = (counts.up, counts.down)
  }

  var counts: CellCounts { CellCounts(up: up, down: down) }

  /// Adds a train that ran whole.
  func add(_ train: PulseTrain) {
    hasChanged = true
    switch train.pattern {
    case .uniform(.up, let count): add(UInt32(count), to: &up, of: train.region)
    case .uniform(.down, let count): add(UInt32(count), to: &down, of: train.region)
    case .alternating(let pairs):
      add(UInt32(pairs), to: &up, of: train.region)
      add(UInt32(pairs), to: &down, of: train.region)
    case .counts, .outerProduct: add(train.cellCounts, of: train.region)
    }
  }

  /// Adds the counts of a region.
  func add(_ counts: CellCounts, of region: CellRegion) {
    hasChanged = true
    add(counts.up, to: &up, of: region)
    add(counts.down, to: &down, of: region)
  }

  private func add(_ count: UInt32, to tally: inout [UInt32], of region: CellRegion) {
    guard count > 0 else { return }
    let width = region.columns.count
    tally.withUnsafeMutableBufferPointer { tally in
      for row in region.rows.lowerBound.index..<region.rows.upperBound.index {
        let start = row * columns + region.columns.lowerBound.index
        for cell in start..<start + width { tally[cell] = tally[cell].addingSaturating(count) }
      }
    }
  }

  private func add(_ counts: [UInt32], to tally: inout [UInt32], of region: CellRegion) {
    let width = region.columns.count
    counts.withUnsafeBufferPointer { counts in
      tally.withUnsafeMutableBufferPointer { tally in
        for row in 0..<region.rows.count {
          let start =
            (region.rows.lowerBound.index + row) * columns + region.columns.lowerBound.index
          for column in 0..<width {
            tally[start + column] = tally[start + column].addingSaturating(
              counts[row * width + column])
          }
        }
      }
    }
  }
}

extension PulseTrain {
  /// The pulses of each cell, where a pattern names them one by one; nil where all cells get the same.
  var countsOfEach: CellCounts? {
    switch pattern {
    case .uniform, .alternating: nil
    case .counts, .outerProduct: cellCounts
    }
  }
}

extension UInt32 {
  /// The sum, or the largest number where it would not fit: a ledger's count never starts anew.
  func addingSaturating(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

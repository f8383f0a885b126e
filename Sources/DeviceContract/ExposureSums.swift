/// Half-select exposures of every cell of a tile, added up over trains.
///
/// Kept as sums of lines, as they arise: a train on one cell is booked in a few additions and not in one
/// for every cell of its row and column.
public struct ExposureSums: Sendable {
  private let rows: Int, columns: Int
  private var ofRow: [Int], ofColumn: [Int], ofTile = 0
  /// What is taken off for the cells that were pulsed themselves; empty while no line was shared.
  private var own: [Int32] = []
  /// An upper bound of ``own``.
  private var mostOwn = 0
  /// What was there before, or was taken over from the lines; empty for nothing.
  private var settled: [UInt32]

  /// Sums over a tile.
  ///
  /// - Parameter before: exposures of every cell to begin with, row-major; empty for none.
  public init(rows: Int, columns: Int, before: [UInt32] = []) {
    (self.rows, self.columns) = (rows, columns)
    (ofRow, ofColumn) = (Array(repeating: 0, count: rows), Array(repeating: 0, count: columns))
    settled = before
  }

  /// The exposures of one cell.
  public func count(_ cell: Int) -> Int {
    let lines = ofRow[cell / columns] + ofColumn[cell % columns] + ofTile
    return (settled.isEmpty ? 0 : Int(settled[cell])) + lines
      - (own.isEmpty ? 0 : Int(own[cell]))
  }

  /// The exposures of every cell, row-major; a count that is full stays full.
  public var counts: [UInt32] {
    [UInt32](unsafeUninitializedCapacity: rows * columns) { counts, used in
      for cell in 0..<rows * columns { counts[cell] = UInt32(clamping: count(cell)) }
      used = rows * columns
    }
  }

  /// Books what a train causes, or takes it back.
  public mutating func book(_ added: HalfSelectExposures, sign: Int = 1) {
    let most = added.ownOfEach + added.ownOfPulse * (added.signedCounts?.largest ?? 0)
    if mostOwn + most > Int(Int32.max) / 2 { settle() }
    mostOwn += most
    ofRow.withUnsafeMutableBufferPointer { Self.add(added.ofRow, to: $0, sign: sign) }
    ofColumn.withUnsafeMutableBufferPointer { Self.add(added.ofColumn, to: $0, sign: sign) }
    ofTile += sign * added.ofTile
    if own.isEmpty { own = Array(repeating: 0, count: rows * columns) }
    // Once or twice a pulse: a product would be no vector on every processor.
    let shift = Int32(added.ownOfPulse / 2)
    let each = Int32(truncatingIfNeeded: sign * added.ownOfEach)
    own.withUnsafeMutableBufferPointer { own in
      if let few = added.signedCounts?.few {
        for pulsed in few {
          let cell = added.region.cell(pulsed.place, columns: columns)
          let size = Int32(truncatingIfNeeded: pulsed.count.magnitude) &<< shift
          own[cell] &+= sign > 0 ? size : 0 &- size
        }
        return
      }
      added.region.forEachRow(columns: columns) { cells, first in
        let own = UnsafeMutableBufferPointer(rebasing: own[cells])
        guard let counts = added.signedCounts else {
          for place in own.indices { own[place] &+= each }
          return
        }
        counts.values.withUnsafeBufferPointer { counts in
          // Magnitudes: abs() stops at the lowest number, and so no vectors could be made of it.
          if sign > 0 {
            for place in own.indices {
              own[place] &+= Int32(truncatingIfNeeded: counts[first &+ place].magnitude) &<< shift
            }
          } else {
            for place in own.indices {
              own[place] &-= Int32(truncatingIfNeeded: counts[first &+ place].magnitude) &<< shift
            }
          }
        }
      }
    }
  }

  private static func add(_ added: [Int], to sums: UnsafeMutableBufferPointer<Int>, sign: Int) {
    added.withUnsafeBufferPointer { added in
      for line in sums.indices { sums[line] &+= sign &* added[line] }
    }
  }

  /// Takes the sums of lines over into counts of cells, before what is taken off outgrows its number.
  private mutating func settle() {
    let counts = counts
    self = ExposureSums(rows: rows, columns: columns, before: counts)
  }
}

import DeviceContract

/// Pulses of every cell of a region, in the form that costs least to add up: a ledger does that for every
/// train, while a device waits.
enum CellPulses: Sendable, Hashable {
  /// All cells have the same.
  case same(up: UInt32, down: UInt32)
  /// Each cell has pulses of one polarity: positive for up.
  case signed(SignedCounts)
  /// Each cell may have both.
  case each(CellCounts)

  /// What a train asks for.
  init(_ train: PulseTrain) {
    switch train.pattern {
    case .uniform(.up, let count): self = .same(up: UInt32(count), down: 0)
    case .uniform(.down, let count): self = .same(up: 0, down: UInt32(count))
    case .alternating(let pairs): self = .same(up: UInt32(pairs), down: UInt32(pairs))
    case .counts, .outerProduct: self = .signed(train.signedCounts ?? SignedCounts([]))
    }
  }

  /// The signed pulses of each cell; nil where they are not known in that form.
  var signedCounts: SignedCounts? {
    if case .signed(let counts) = self { counts } else { nil }
  }

  /// The counts of a region of so many cells.
  func counts(cells: Int) -> CellCounts {
    switch self {
    case .same(let up, let down): CellCounts(cells: cells, up: Int(up), down: Int(down))
    case .signed(let counts): counts.cellCounts
    case .each(let counts): counts
    }
  }

  func totals(cells: Int) -> PulseTotals {
    switch self {
    case .same(let up, let down): PulseTotals(up: Int(up) * cells, down: Int(down) * cells)
    case .signed(let counts): counts.totals
    case .each(let counts): counts.totals
    }
  }

  /// The pulses of the cell that gets the most.
  var largest: Int {
    switch self {
    case .same(let up, let down): return Int(up) + Int(down)
    case .signed(let counts): return counts.largest
    case .each(let counts):
      var largest = 0
      for cell in counts.up.indices {
        largest = max(largest, Int(counts.up[cell]) + Int(counts.down[cell]))
      }
      return largest
    }
  }

  /// Pulses of both polarities of one cell, by its place in the region.
  func count(_ place: Int) -> Int {
    switch self {
    case .same(let up, let down): Int(up) + Int(down)
    case .signed(let counts): Int(counts[place].magnitude)
    case .each(let counts): Int(counts.up[place]) + Int(counts.down[place])
    }
  }
}

extension CellPulses {
  /// Every pulsed cell of a region in a tile of so many columns, row by row: its place in the tile, and its pulses of
  /// both polarities.
  func forEachPulsed(
    of region: CellRegion, columns: Int, _ body: (_ cell: Int, _ pulses: Int) -> Void
  ) {
    if let few = signedCounts?.few {
      for pulsed in few {
        body(region.cell(pulsed.place, columns: columns), Int(pulsed.count.magnitude))
      }
      return
    }
    region.forEachRow(columns: columns) { cells, first in
      for cell in cells {
        let pulses = count(first + cell - cells.lowerBound)
        if pulses > 0 { body(cell, pulses) }
      }
    }
  }
}

// Sums over a tile. A count that is full stays full, since a ledger's count never starts anew; where
// nothing can get full, the compiler makes vectors of the plain additions.
extension CellPulses {
  /// Adds the pulses of a region to counts of each polarity over a tile.
  func add(
    to sums: inout CellCounts, of region: CellRegion, columns: Int, mayFill: Bool
  ) {
    if let few = signedCounts?.few {
      for pulsed in few {
        let cell = region.cell(pulsed.place, columns: columns)
        let added = pulsed.count.magnitude
        if pulsed.count > 0 {
          sums.up[cell] = sums.up[cell].addingSaturating(added)
        } else {
          sums.down[cell] = sums.down[cell].addingSaturating(added)
        }
      }
      return
    }
    sums.up.withUnsafeMutableBufferPointer { up in
      sums.down.withUnsafeMutableBufferPointer { down in
        region.forEachRow(columns: columns) { cells, first in
          let up = UnsafeMutableBufferPointer(rebasing: up[cells])
          let down = UnsafeMutableBufferPointer(rebasing: down[cells])
          switch self {
          case .same(let ups, let downs):
            if ups > 0 { up.add(mayFill: mayFill) { _ in ups } }
            if downs > 0 { down.add(mayFill: mayFill) { _ in downs } }
          case .signed(let counts):
            counts.values.withUnsafeBufferPointer { counts in
              up.add(mayFill: mayFill) {
                UInt32(truncatingIfNeeded: max(0, counts[first &+ $0]))
              }
              down.add(mayFill: mayFill) {
                UInt32(truncatingIfNeeded: max(0, 0 &- counts[first &+ $0]))
              }
            }
          case .each(let counts):
            counts.up.withUnsafeBufferPointer { counts in
              up.add(mayFill: mayFill) { counts[first &+ $0] }
            }
            counts.down.withUnsafeBufferPointer { counts in
              down.add(mayFill: mayFill) { counts[first &+ $0] }
            }
          }
        }
      }
    }
  }

  /// Adds the pulses of both polarities of a region to counts over a tile.
  func add(toBoth sums: inout [UInt32], of region: CellRegion, columns: Int, mayFill: Bool) {
    if let few = signedCounts?.few {
      for pulsed in few {
        let cell = region.cell(pulsed.place, columns: columns)
        sums[cell] = sums[cell].addingSaturating(pulsed.count.magnitude)
      }
      return
    }
    sums.withUnsafeMutableBufferPointer { sums in
      region.forEachRow(columns: columns) { cells, first in
        let sums = UnsafeMutableBufferPointer(rebasing: sums[cells])
        switch self {
        case .same(let up, let down): sums.add(mayFill: mayFill) { _ in up &+ down }
        case .signed(let counts):
          counts.values.withUnsafeBufferPointer { counts in
            sums.add(mayFill: mayFill) { counts[first &+ $0].magnitude }
          }
        case .each(let counts):
          for place in sums.indices {
            sums[place] = sums[place].addingSaturating(counts.up[first + place])
              .addingSaturating(counts.down[first + place])
          }
        }
      }
    }
  }

  /// Takes the pulses of both polarities of a region off counts over a tile.
  func take(offBoth sums: inout [UInt32], of region: CellRegion, columns: Int) {
    forEachPulsed(of: region, columns: columns) { cell, pulses in
      sums[cell] = UInt32(clamping: Int(sums[cell]) - pulses)
    }
  }
}

extension UnsafeMutableBufferPointer<UInt32> {
  @inline(__always)
  fileprivate func add(mayFill: Bool, _ added: (Int) -> UInt32) {
    if mayFill {
      for place in indices { self[place] = self[place].addingSaturating(added(place)) }
    } else {
      for place in indices { self[place] &+= added(place) }
    }
  }
}

extension UInt32 {
  /// The sum, or the largest number where it would not fit.
  func addingSaturating(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

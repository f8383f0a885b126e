import DeviceContract

/// Pulses of every cell of a region, without an array where all cells have the same.
enum CellPulses {
  case same(up: UInt32, down: UInt32)
  case each(CellCounts)

  /// What a train asks for.
  init(_ train: PulseTrain) {
    switch train.pattern {
    case .uniform(.up, let count): self = .same(up: UInt32(count), down: 0)
    case .uniform(.down, let count): self = .same(up: 0, down: UInt32(count))
    case .alternating(let pairs): self = .same(up: UInt32(pairs), down: UInt32(pairs))
    case .counts, .outerProduct: self = .each(train.cellCounts)
    }
  }

  /// The pulses of each cell; nil where all have the same.
  var ofEach: CellCounts? {
    if case .each(let counts) = self { counts } else { nil }
  }

  func totals(cells: Int) -> PulseTotals {
    switch self {
    case .same(let up, let down): PulseTotals(up: Int(up) * cells, down: Int(down) * cells)
    case .each(let counts): counts.totals
    }
  }

  /// The pulses of the cell that gets the most.
  var largest: Int {
    switch self {
    case .same(let up, let down): return Int(up) + Int(down)
    case .each(let counts):
      var largest = 0
      for cell in counts.up.indices {
        largest = max(largest, Int(counts.up[cell]) + Int(counts.down[cell]))
      }
      return largest
    }
  }

  /// Pulses of both polarities of one cell, by its place in the region.
  func count(_ offset: Int) -> Int {
    switch self {
    case .same(let up, let down): Int(up) + Int(down)
    case .each(let counts): Int(counts.up[offset]) + Int(counts.down[offset])
    }
  }
}

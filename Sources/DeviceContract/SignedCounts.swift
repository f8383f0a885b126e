/// Pulses of every cell of a region where each cell has those of one polarity: positive for up.
///
/// Sums are made once, since all who count a train ask for them. Where few cells are pulsed, as by the outer product of
/// one sample, these alone are kept: counting such a train must not take a walk over the region.
public struct SignedCounts: Sendable, Hashable {
  /// A cell that is pulsed.
  public struct PulsedCell: Sendable, Hashable {
    /// Its place in a row-major array over the region.
    public let place: Int
    /// Its pulses, positive for up.
    public let count: Int32

    /// Describes the pulses of a cell.
    public init(place: Int, count: Int32) {
      self.place = place
      self.count = count
    }
  }

  /// The cells that are pulsed, by rising place; nil where ``values`` are kept.
  public let few: [PulsedCell]?
  /// The number of cells of the region.
  public let cells: Int
  /// The sums over all cells.
  public let totals: PulseTotals
  /// The pulses of the cell that gets the most.
  public let largest: Int
  /// Empty where there are ``few``.
  private let each: [Int32]

  /// Counts of cells, one a cell and row-major.
  public init(_ values: [Int32]) {
    (each, cells, few) = (values, values.count, nil)
    (totals, largest) = values.withUnsafeBufferPointer { values in
      var most = UInt32(0)
      for value in values { most = max(most, value.magnitude) }
      var (sum, magnitudes) = (0, 0)
      // Sums of so many fit 32 bits, in which the compiler makes vectors of them.
      let length = most < 1 << 18 ? 4096 : 1
      var start = 0
      while start < values.count {
        var (part, size) = (Int32(0), UInt32(0))
        for place in start..<min(start + length, values.count) {
          part &+= values[place]
          size &+= values[place].magnitude
        }
        sum += Int(part)
        magnitudes += Int(size)
        start += length
      }
      return (
        PulseTotals(up: (magnitudes + sum) / 2, down: (magnitudes - sum) / 2), Int(most)
      )
    }
  }

  /// Counts of a region of which few cells are pulsed.
  ///
  /// - Precondition: places rise, and no count is 0.
  public init(few: [PulsedCell], of cells: Int) {
    (self.few, self.cells, each) = (few, cells, [])
    var (totals, largest) = (PulseTotals(), 0)
    for cell in few {
      let size = Int(cell.count.magnitude)
      if cell.count > 0 { totals.up += size } else { totals.down += size }
      largest = max(largest, size)
    }
    (self.totals, self.largest) = (totals, largest)
  }

  /// One number a cell, row-major; made anew at each call where there are ``few``.
  public var values: [Int32] {
    guard let few else { return each }
    var values = [Int32](repeating: 0, count: cells)
    for cell in few { values[cell.place] = cell.count }
    return values
  }

  /// The pulses of a cell, by its place.
  public subscript(place: Int) -> Int32 {
    guard let few else { return each[place] }
    var (low, high) = (0, few.count)
    while low < high {
      let middle = (low + high) / 2
      if few[middle].place < place { low = middle + 1 } else { high = middle }
    }
    return low < few.count && few[low].place == place ? few[low].count : 0
  }

  /// The same, polarity by polarity.
  public var cellCounts: CellCounts {
    guard let few else {
      return CellCounts(
        up: each.map { UInt32(max(0, $0)) }, down: each.map { UInt32(max(0, 0 &- $0)) })
    }
    var counts = CellCounts(cells: cells)
    for cell in few {
      if cell.count > 0 {
        counts.up[cell.place] = cell.count.magnitude
      } else {
        counts.down[cell.place] = cell.count.magnitude
      }
    }
    return counts
  }
}

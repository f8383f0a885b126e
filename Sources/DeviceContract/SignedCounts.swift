/// Pulses of every cell of a region where each cell has those of one polarity: positive for up.
///
/// Sums are made once, since all who count a train ask for them.
public struct SignedCounts: Sendable, Hashable {
  /// One number a cell, row-major.
  public let values: [Int32]
  /// The sums over all cells.
  public let totals: PulseTotals
  /// The pulses of the cell that gets the most.
  public let largest: Int

  /// Counts of cells.
  public init(_ values: [Int32]) {
    self.values = values
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

  /// The same, polarity by polarity.
  public var cellCounts: CellCounts {
    CellCounts(
      up: values.map { UInt32(max(0, $0)) }, down: values.map { UInt32(max(0, 0 &- $0)) })
  }
}

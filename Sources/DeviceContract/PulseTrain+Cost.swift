public import PhysicalUnits

// What a train costs, before it is fired. A board, the simulator and the ledger all count by these rules;
// the conformance suite checks that a device's own counters agree with them.
extension PulseTrain {
  /// Pulses of each polarity over all cells.
  public var totals: PulseTotals {
    switch pattern {
    case .uniform(.up, let count): PulseTotals(up: count * region.count)
    case .uniform(.down, let count): PulseTotals(down: count * region.count)
    case .alternating(let pairs):
      PulseTotals(up: pairs * region.count, down: pairs * region.count)
    case .counts, .outerProduct: signedCounts?.totals ?? PulseTotals()
    }
  }

  /// Pulses of each polarity for every cell of the region.
  public var cellCounts: CellCounts {
    switch pattern {
    case .uniform(.up, let count): return CellCounts(cells: region.count, up: count)
    case .uniform(.down, let count): return CellCounts(cells: region.count, down: count)
    case .alternating(let pairs):
      return CellCounts(cells: region.count, up: pairs, down: pairs)
    case .counts, .outerProduct: return signedCounts?.cellCounts ?? CellCounts(cells: 0)
    }
  }

  /// Pulses of every cell of the region, positive for up, where a pattern gives each cell its own; nil
  /// where all cells get the same.
  public var signedCounts: SignedCounts? {
    switch pattern {
    case .uniform, .alternating: nil
    case .counts(let counts):
      SignedCounts(
        [Int32](unsafeUninitializedCapacity: counts.count) { widened, used in
          counts.withUnsafeBufferPointer { counts in
            for cell in counts.indices { widened[cell] = Int32(counts[cell]) }
          }
          used = counts.count
        })
    case .outerProduct(let rowLines, let columnLines, let slots):
      Self.counts(rowLines, columnLines, slots: slots)
    }
  }

  /// A line that fires: its place, and its bits where one word holds them all.
  private typealias FiringLine = (place: Int, bits: UInt64, isNegative: Bool)

  private static func counts(
    _ rowLines: [BitLine], _ columnLines: [BitLine], slots: Int
  ) -> SignedCounts {
    let (rows, columns) = (firing(rowLines, slots: slots), firing(columnLines, slots: slots))
    let width = columnLines.count
    let isShort = slots <= 64
    func pulses(_ row: FiringLine, _ column: FiringLine) -> Int32 {
      // Where a line is one word no array of an array is looked into cell by cell.
      let both =
        isShort
        ? Int32(truncatingIfNeeded: (row.bits & column.bits).nonzeroBitCount)
        : Int32(
          clamping: rowLines[row.place].coincidences(with: columnLines[column.place], slots: slots))
      return row.isNegative == column.isNegative ? both : -both
    }
    if rows.count * columns.count <= rowLines.count * width / 8 {
      var few: [SignedCounts.PulsedCell] = []
      few.reserveCapacity(rows.count * columns.count)
      for row in rows {
        for column in columns {
          let count = pulses(row, column)
          guard count != 0 else { continue }
          few.append(.init(place: row.place * width + column.place, count: count))
        }
      }
      return SignedCounts(few: few, of: rowLines.count * width)
    }
    return SignedCounts(
      [Int32](unsafeUninitializedCapacity: rowLines.count * width) { counts, used in
        used = rowLines.count * width
        counts.update(repeating: 0)
        for row in rows {
          for column in columns {
            counts[row.place * width + column.place] = pulses(row, column)
          }
        }
      })
  }

  private static func firing(_ lines: [BitLine], slots: Int) -> [FiringLine] {
    var firing: [FiringLine] = []
    lines.withUnsafeBufferPointer { lines in
      for place in lines.indices where !lines[place].words.isEmpty {
        let bits = lines[place].bits(ofWord: 0, slots: slots)
        guard bits != 0 || slots > 64 else { continue }
        firing.append((place, bits, lines[place].isNegative))
      }
    }
    return firing
  }

  /// The largest number of pulses that one cell receives.
  public var largestCellCount: Int {
    switch pattern {
    case .uniform(_, let count): return count
    case .alternating(let pairs): return 2 * pairs
    case .counts, .outerProduct: return signedCounts?.largest ?? 0
    }
  }

  /// Time slots of one pulse period each.
  ///
  /// Uniform and alternating trains pulse all cells of the region at once. A count map goes row by row.
  /// An outer product takes one phase for each pair of signs that occurs, since lines of both signs
  /// cannot fire together.
  public var slots: Int {
    switch pattern {
    case .uniform(_, let count): count
    case .alternating(let pairs): 2 * pairs
    case .counts: rowSlots.reduce(0, +)
    case .outerProduct(let rowLines, let columnLines, let slots):
      slots * Self.signs(of: rowLines) * Self.signs(of: columnLines)
    }
  }

  /// Steps of the pattern: the pulses of the cell that gets the most, and for an outer product the slots.
  public var steps: Int {
    if case .outerProduct(_, _, let slots) = pattern { slots } else { largestCellCount }
  }

  /// The time that the pulses take, without reads and without the link.
  public var duration: Seconds { shape.period.seconds * Double(slots) }

  /// Slots of each row of a count map: its largest up count and its largest down count.
  var rowSlots: [Int] {
    guard case .counts(let counts) = pattern, !region.isEmpty else { return [] }
    let width = region.columns.count
    return counts.withUnsafeBufferPointer { counts in
      (0..<region.rows.count).map { row in
        var (most, least) = (Int16(0), Int16(0))
        for cell in row * width..<(row + 1) * width {
          most = max(most, counts[cell])
          least = min(least, counts[cell])
        }
        return Int(most) + Int(least.magnitude)
      }
    }
  }

  /// How many different signs the lines carry: 1 or 2.
  static func signs(of lines: [BitLine]) -> Int {
    guard let first = lines.first?.isNegative else { return 0 }
    return lines.contains { $0.isNegative != first } ? 2 : 1
  }
}

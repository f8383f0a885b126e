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
    case .counts(let counts): Self.totals(of: counts)
    case .outerProduct: cellCounts.totals
    }
  }

  private static func totals(of counts: [Int16]) -> PulseTotals {
    var totals = PulseTotals()
    for count in counts {
      totals.up += max(0, Int(count))
      totals.down -= min(0, Int(count))
    }
    return totals
  }

  /// Pulses of each polarity for every cell of the region.
  public var cellCounts: CellCounts {
    switch pattern {
    case .uniform(.up, let count): return CellCounts(cells: region.count, up: count)
    case .uniform(.down, let count): return CellCounts(cells: region.count, down: count)
    case .alternating(let pairs):
      return CellCounts(cells: region.count, up: pairs, down: pairs)
    case .counts(let counts):
      return CellCounts(
        up: counts.map { $0 > 0 ? UInt32($0) : 0 },
        down: counts.map { $0 < 0 ? UInt32($0.magnitude) : 0 })
    case .outerProduct(let rowLines, let columnLines, let slots):
      return slots <= 64
        ? Self.counts(ofShort: rowLines, columnLines, slots: slots)
        : Self.counts(of: rowLines, columnLines, slots: slots)
    }
  }

  private static func counts(
    of rowLines: [BitLine], _ columnLines: [BitLine], slots: Int
  ) -> CellCounts {
    var counts = CellCounts(cells: rowLines.count * columnLines.count)
    var cell = 0
    for row in rowLines {
      for column in columnLines {
        let pulses = UInt32(row.coincidences(with: column, slots: slots))
        if row.isNegative == column.isNegative {
          counts.up[cell] = pulses
        } else {
          counts.down[cell] = pulses
        }
        cell += 1
      }
    }
    return counts
  }

  /// The same where a line is one word: no array of an array is looked into cell by cell.
  private static func counts(
    ofShort rowLines: [BitLine], _ columnLines: [BitLine], slots: Int
  ) -> CellCounts {
    func words(_ lines: [BitLine]) -> [(bits: UInt64, isNegative: Bool)] {
      lines.map { ($0.first(slots: slots).words.first ?? 0, $0.isNegative) }
    }
    let (rows, columns) = (words(rowLines), words(columnLines))
    var counts = CellCounts(cells: rows.count * columns.count)
    counts.up.withUnsafeMutableBufferPointer { up in
      counts.down.withUnsafeMutableBufferPointer { down in
        var cell = 0
        for row in rows {
          for column in columns {
            let pulses = UInt32((row.bits & column.bits).nonzeroBitCount)
            let isUp = row.isNegative == column.isNegative
            up[cell] = isUp ? pulses : 0
            down[cell] = isUp ? 0 : pulses
            cell += 1
          }
        }
      }
    }
    return counts
  }

  /// The largest number of pulses that one cell receives.
  public var largestCellCount: Int {
    switch pattern {
    case .uniform(_, let count): return count
    case .alternating(let pairs): return 2 * pairs
    case .counts(let counts): return Int(counts.map(\.magnitude).max() ?? 0)
    case .outerProduct:
      let counts = cellCounts
      return Int(zip(counts.up, counts.down).map { $0 + $1 }.max() ?? 0)
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
    return (0..<region.rows.count).map { row in
      let line = counts[row * region.columns.count..<(row + 1) * region.columns.count]
      return Int(max(0, line.max() ?? 0)) + Int(min(0, line.min() ?? 0).magnitude)
    }
  }

  /// How many different signs the lines carry: 1 or 2.
  static func signs(of lines: [BitLine]) -> Int { Set(lines.map(\.isNegative)).count }
}

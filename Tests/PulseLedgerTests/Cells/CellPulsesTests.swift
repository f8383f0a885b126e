import DeviceContract
import PhysicalUnits
import Testing

@testable import PulseLedger

@Suite struct CellPulsesTests {
  static let region = CellRegion(
    tile: Tile(0), rows: Row(1)..<Row(3), columns: Column(2)..<Column(5))
  static let (rows, columns) = (4, 6)
  static let forms: [CellPulses] = [
    .same(up: 3, down: 2), .signed(SignedCounts([1, -2, 0, 7, -7, 30_000])),
    .signed(SignedCounts(few: [.init(place: 1, count: -4), .init(place: 5, count: 9)], of: 6)),
    .each(CellCounts(up: [1, 0, 0, 9, 4, 2], down: [0, 2, 0, 9, 1, 0])),
  ]

  /// Every loop over cells must come to what the counts say, one cell after the other.
  @Test(arguments: forms, [false, true])
  func sumsAreThoseOfTheCounts(pulses: CellPulses, mayFill: Bool) {
    let counts = pulses.counts(cells: Self.region.count)
    #expect(pulses.totals(cells: Self.region.count) == counts.totals)
    let cells = Self.rows * Self.columns
    var sums = CellCounts(cells: cells, up: 100, down: 200)
    pulses.add(to: &sums, of: Self.region, columns: Self.columns, mayFill: mayFill)
    var both = [UInt32](repeating: 300, count: cells)
    pulses.add(toBoth: &both, of: Self.region, columns: Self.columns, mayFill: mayFill)
    var most = 0
    for row in 0..<Self.rows {
      for column in 0..<Self.columns {
        let cell = row * Self.columns + column
        let isInside = Self.region.contains(row: Row(row), column: Column(column))
        let place = isInside ? Self.region.offset(row: Row(row), column: Column(column)) : nil
        let (up, down) = (place.map { counts.up[$0] } ?? 0, place.map { counts.down[$0] } ?? 0)
        #expect(sums.up[cell] == 100 + up && sums.down[cell] == 200 + down)
        #expect(both[cell] == 300 + up + down)
        if let place { #expect(pulses.count(place) == Int(up + down)) }
        most = max(most, Int(up + down))
      }
    }
    #expect(pulses.largest == most)
    pulses.take(offBoth: &both, of: Self.region, columns: Self.columns)
    #expect(both == [UInt32](repeating: 300, count: cells))
  }

  @Test(arguments: forms)
  func fullCountsStayFull(pulses: CellPulses) {
    let tally = CellTally(
      CellCounts(
        up: [UInt32](repeating: .max - 1, count: Self.rows * Self.columns),
        down: [UInt32](repeating: .max - 1, count: Self.rows * Self.columns)), rows: Self.rows,
      columns: Self.columns)
    tally.add(pulses, of: Self.region)
    let counts = pulses.counts(cells: Self.region.count)
    for row in Self.region.rows {
      for column in Self.region.columns {
        let cell = row.index * Self.columns + column.index
        let place = Self.region.offset(row: row, column: column)
        #expect(tally.up[cell] == .max - 1 + min(1, counts.up[place]))
        #expect(tally.down[cell] == .max - 1 + min(1, counts.down[place]))
      }
    }
  }

  /// Sums of lines must give what each train does to each cell, also after they were taken over.
  @Test(arguments: BiasScheme.allCases)
  func exposuresAreTheSumOverTrains(scheme: BiasScheme) {
    var sums = ExposureSums(rows: Self.rows, columns: Self.columns, before: Self.start)
    var expected = Self.start.map(Int.init)
    func train(_ pattern: PulseTrain.Pattern) -> PulseTrain {
      PulseTrain(
        region: Self.region, pattern: pattern,
        shape: PulseShape(amplitude: Volts(1), width: .nanoseconds(100), period: .nanoseconds(200)),
        scheme: scheme, cause: .manual)
    }
    let lines = { (count: Int) in (0..<count).map { BitLine(isNegative: $0 == 1, slots: [0, $0]) } }
    let patterns: [PulseTrain.Pattern] = [
      // Large enough that what is taken off must be taken over into the counts twice.
      .uniform(.up, count: 400_000_000), .counts([1, -2, 0, 7, -7, 30_000]),
      .uniform(.down, count: 400_000_000),
      .outerProduct(rowLines: lines(2), columnLines: lines(3), slots: 4),
    ]
    for pattern in patterns {
      let added = HalfSelectExposures(of: train(pattern), rows: Self.rows, columns: Self.columns)
      sums.book(added)
      added.forEach { row, column, count in expected[row * Self.columns + column] += count }
    }
    #expect(sums.counts.map(Int.init) == expected)
    let taken = HalfSelectExposures(of: train(patterns[1]), rows: Self.rows, columns: Self.columns)
    sums.book(taken, sign: -1)
    taken.forEach { row, column, count in expected[row * Self.columns + column] -= count }
    #expect(sums.counts.map(Int.init) == expected)
  }

  private static let start = (0..<UInt32(rows * columns)).map { $0 }
}

import DeviceContract
import PhysicalUnits
import ReproducibleNoise
import Testing

private let shape = PulseShape(
  amplitude: Volts(1), width: .nanoseconds(100), period: .microseconds(1))

private func train(
  _ pattern: PulseTrain.Pattern, rows: Range<Row> = 1..<3, columns: Range<Column> = 2..<5,
  scheme: BiasScheme = .halfVoltage
) -> PulseTrain {
  PulseTrain(
    region: CellRegion(rows: rows, columns: columns), pattern: pattern, shape: shape,
    scheme: scheme, cause: .manual)
}

/// Counts slot by slot, the slow way: which lines are selected, and who shares them.
private func exposuresBySlots(_ train: PulseTrain, rows: Int, columns: Int) -> [[Int]] {
  var exposures = Array(repeating: Array(repeating: 0, count: columns), count: rows)
  func slot(_ selectedRows: Set<Int>, _ selectedColumns: Set<Int>) {
    if selectedRows.isEmpty && selectedColumns.isEmpty { return }
    for row in 0..<rows {
      for column in 0..<columns {
        let onRow = selectedRows.contains(row), onColumn = selectedColumns.contains(column)
        if onRow && onColumn { continue }
        switch train.scheme {
        case .halfVoltage, .floating: if onRow || onColumn { exposures[row][column] += 1 }
        case .thirdVoltage: exposures[row][column] += 1
        case .isolated: break
        }
      }
    }
  }
  let firstRow = train.region.rows.lowerBound.index
  let firstColumn = train.region.columns.lowerBound.index
  let width = train.region.columns.count
  switch train.pattern {
  case .uniform, .alternating:
    for _ in 0..<train.slots {
      slot(
        Set(train.region.rows.map(\.index)), Set(train.region.columns.map(\.index)))
    }
  case .counts(let counts):
    for row in 0..<train.region.rows.count {
      let line = counts[row * width..<(row + 1) * width].map(Int.init)
      for sign in [1, -1] {
        for pulse in 0..<(line.map { $0 * sign }.max() ?? 0) {
          let selected = line.indices.filter { line[$0] * sign > pulse }
          slot([firstRow + row], Set(selected.map { firstColumn + $0 }))
        }
      }
    }
  case .outerProduct(let rowLines, let columnLines, let slots):
    for number in 0..<slots {
      for rowSign in Set(rowLines.map(\.isNegative)) {
        for columnSign in Set(columnLines.map(\.isNegative)) {
          let r = rowLines.indices.filter {
            rowLines[$0].isNegative == rowSign && rowLines[$0].fires(in: number)
          }
          let c = columnLines.indices.filter {
            columnLines[$0].isNegative == columnSign && columnLines[$0].fires(in: number)
          }
          slot(Set(r.map { firstRow + $0 }), Set(c.map { firstColumn + $0 }))
        }
      }
    }
  }
  return exposures
}

@Suite struct PulseTrainTests {
  static let outer = PulseTrain.Pattern.outerProduct(
    rowLines: [BitLine(slots: [0, 2, 3]), BitLine(isNegative: true, slots: [1, 2])],
    columnLines: [
      BitLine(slots: [0, 1]), BitLine(isNegative: true, slots: [2]), BitLine(slots: [3, 69]),
    ], slots: 70)

  @Test func totalsAreTheSumsOfTheCells() {
    #expect(train(.uniform(.down, count: 7)).totals == PulseTotals(down: 42))
    #expect(train(.alternating(pairs: 5)).totals == PulseTotals(up: 30, down: 30))
    #expect(train(.counts([1, -2, 3, 0, 0, -5])).totals == PulseTotals(up: 4, down: 7))
    let counts = train(Self.outer).cellCounts
    #expect(counts.up == [1, 0, 1, 0, 1, 0])
    #expect(counts.down == [0, 1, 0, 1, 0, 0])
  }

  @Test func durationFollowsTheAddressing() {
    #expect(train(.uniform(.up, count: 7)).slots == 7)
    #expect(train(.alternating(pairs: 5)).slots == 10)
    // Row by row: 3 up and 2 down slots, then no up and 5 down slots.
    #expect(train(.counts([1, -2, 3, 0, 0, -5])).slots == 10)
    // Two signs on the rows and two on the columns: four phases.
    #expect(train(Self.outer).slots == 280)
    #expect(abs(train(.uniform(.up, count: 7)).duration / Seconds(7e-6) - 1) < 1e-12)
  }

  @Test(arguments: BiasScheme.allCases)
  func exposuresAgreeWithACountSlotBySlot(scheme: BiasScheme) {
    let patterns: [PulseTrain.Pattern] = [
      .uniform(.up, count: 3), .alternating(pairs: 2), .counts([1, -2, 3, 0, 0, -5]),
    ]
    for pattern in patterns + (scheme == .thirdVoltage ? [] : [Self.outer]) {
      let train = train(pattern, scheme: scheme)
      let found = HalfSelectExposures(of: train, rows: 4, columns: 6)
      let wanted = exposuresBySlots(train, rows: 4, columns: 6)
      for row in 0..<4 {
        for column in 0..<6 {
          #expect(
            found.count(row: Row(row), column: Column(column)) == wanted[row][column],
            "\(train.kind), \(scheme), cell (\(row), \(column))")
        }
      }
      #expect(found.total == wanted.joined().reduce(0, +))
      var visited = 0
      found.forEach { row, column, count in
        #expect(count == wanted[row][column])
        visited += count
      }
      #expect(visited == found.total)
    }
  }

  @Test func aWholeTileAtOnceExposesNobody() {
    let whole = train(.alternating(pairs: 9), rows: 0..<4, columns: 0..<6)
    #expect(HalfSelectExposures(of: whole, rows: 4, columns: 6).isEmpty)
    #expect(whole.exposesNothing(rows: 4, columns: 6))
    #expect(!train(.alternating(pairs: 9)).exposesNothing(rows: 4, columns: 6))
  }

  @Test func theFirstPartOfATrainCountsWhatWasFired() {
    #expect(train(.uniform(.up, count: 7)).first(steps: 3).totals == PulseTotals(up: 18))
    #expect(train(.alternating(pairs: 5)).first(steps: 4).totals == PulseTotals(up: 12, down: 12))
    let part = train(.counts([1, -2, 3, 0, 0, -5])).first(steps: 2)
    #expect(part.cellCounts.up == [1, 0, 2, 0, 0, 0])
    #expect(part.cellCounts.down == [0, 2, 0, 0, 0, 2])
    #expect(train(Self.outer).first(steps: 2).cellCounts.up == [1, 0, 0, 0, 0, 0])
  }

  /// The share of coincidences is the product of the numbers: 40,000 slots, 5 standard errors
  /// (false alarm 6e-7).
  @Test func stochasticBitLinesMultiply() {
    var random = RandomStream(seed: 20_261_121)
    let slots = 40_000
    let row = BitLine(stochastic: -0.6, slots: slots, using: &random)
    let column = BitLine(stochastic: 0.3, slots: slots, using: &random)
    let share = Double(row.coincidences(with: column, slots: slots)) / Double(slots)
    #expect(row.isNegative && !column.isNegative)
    #expect(abs(share - 0.18) < 5 * (0.18 * 0.82 / Double(slots)).squareRoot())
    #expect(BitLine(stochastic: 1.5, slots: 100, using: &random).count(slots: 100) == 100)
    #expect(BitLine(stochastic: 0, slots: 100, using: &random).length == 0)
  }

  /// Visiting the exposed cells alone finds what looking at every cell finds, in the same order.
  @Test(arguments: BiasScheme.allCases)
  func visitedExposuresAreThoseOfEveryCell(scheme: BiasScheme) {
    let patterns: [(PulseTrain.Pattern, Range<Row>, Range<Column>)] = [
      (.uniform(.up, count: 3), 2..<3, 4..<5), (.uniform(.up, count: 0), 2..<3, 4..<5),
      (.alternating(pairs: 2), 0..<1, 0..<1), (.alternating(pairs: 2), 6..<7, 8..<9),
      (.uniform(.down, count: 5), 0..<7, 0..<9), (.uniform(.down, count: 5), 1..<3, 0..<9),
      (.uniform(.down, count: 5), 0..<7, 3..<4),
      (.counts([0, 0, 0, 0, 2, 0]), 1..<3, 2..<5), (.counts([1, 0, -2, 0, 0, 0]), 1..<3, 2..<5),
      (Self.outer, 1..<3, 2..<5),
      (
        .outerProduct(
          rowLines: [BitLine(slots: []), BitLine(slots: [1])],
          columnLines: [BitLine(slots: []), BitLine(slots: [1]), BitLine(slots: [0])], slots: 2),
        1..<3, 2..<5
      ),
    ]
    for (pattern, rows, columns) in patterns {
      let train = train(pattern, rows: rows, columns: columns, scheme: scheme)
      let exposures = HalfSelectExposures(of: train, rows: 7, columns: 9)
      var visited: [[Int]] = []
      exposures.forEach { visited.append([$0, $1, $2]) }
      var expected: [[Int]] = []
      for row in 0..<7 {
        for column in 0..<9 {
          let count = exposures.count(row: Row(row), column: Column(column))
          if count != 0 { expected.append([row, column, count]) }
        }
      }
      #expect(visited == expected, "\(pattern)")
      #expect(visited.reduce(0) { $0 + $1[2] } == exposures.total)
    }
  }
}

import DeviceContract
import PhysicalUnits
import Testing

@Suite struct ExposureSumTests {
  /// Adding to an array is a loop of its own: it must be the sum of what is visited cell by cell.
  @Test(arguments: TrainCodingTests.patterns, BiasScheme.allCases)
  func sumsAreThoseOfEveryCell(pattern: PulseTrain.Pattern, scheme: BiasScheme) {
    var train = TrainCodingTests.train(pattern)
    train.scheme = scheme
    let (rows, columns) = (12, 9)
    let exposures = HalfSelectExposures(of: train, rows: rows, columns: columns)
    var sums = (0..<UInt32(rows * columns)).map { $0 }
    var expected = sums
    exposures.add(to: &sums)
    exposures.forEach { row, column, count in expected[row * columns + column] += UInt32(count) }
    #expect(sums == expected)
    #expect(
      HalfSelectExposures(of: train, rows: rows, columns: columns, counts: train.cellCounts)
        == exposures)
  }

  @Test func fullCountsStayFull() {
    let train = TrainCodingTests.train(.uniform(.up, count: 10))
    var sums = [UInt32](repeating: .max - 5, count: 12 * 9)
    HalfSelectExposures(of: train, rows: 12, columns: 9).add(to: &sums)
    #expect(Set(sums) == Set([UInt32.max - 5, UInt32.max]))
  }

  @Test(arguments: [12, 63, 64, 65])
  func shortAndLongLinesCountAlike(slots: Int) {
    // Bits beyond the slots do not count.
    let rows = (0..<3).map { BitLine(isNegative: $0 == 1, slots: [$0, slots - 1, slots + 1]) }
    let columns = (0..<5).map { BitLine(isNegative: $0 > 3, slots: [$0, slots - 1, slots + 1]) }
    let counts = TrainCodingTests.train(
      .outerProduct(rowLines: rows, columnLines: columns, slots: slots)
    ).cellCounts
    for (row, line) in rows.enumerated() {
      for (column, other) in columns.enumerated() {
        let pulses = UInt32(line.coincidences(with: other, slots: slots))
        let isUp = line.isNegative == other.isNegative
        #expect(counts.up[row * 5 + column] == (isUp ? pulses : 0))
        #expect(counts.down[row * 5 + column] == (isUp ? 0 : pulses))
      }
    }
  }
}

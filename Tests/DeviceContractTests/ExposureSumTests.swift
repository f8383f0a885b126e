import DeviceContract
import PhysicalUnits
import Testing

@Suite struct ExposureSumTests {
  /// The total is worked out from lines: it must be the sum of what is visited cell by cell.
  @Test(arguments: TrainCodingTests.patterns, BiasScheme.allCases)
  func sumsAreThoseOfEveryCell(pattern: PulseTrain.Pattern, scheme: BiasScheme) {
    var train = TrainCodingTests.train(pattern)
    train.scheme = scheme
    let exposures = HalfSelectExposures(of: train, rows: 12, columns: 9)
    var sum = 0
    exposures.forEach { row, column, count in
      sum += count
      #expect(exposures.count(row: Row(row), column: Column(column)) == count)
    }
    #expect(exposures.total == sum)
    #expect(
      HalfSelectExposures(
        of: train, rows: 12, columns: 9, signedCounts: train.signedCounts) == exposures)
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

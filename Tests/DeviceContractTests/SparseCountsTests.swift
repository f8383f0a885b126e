import ByteCoding
import DeviceContract
import PhysicalUnits
import ReproducibleNoise
import Testing

/// Outer products that pulse few cells are counted without a look at the others: with the same results.
@Suite struct SparseCountsTests {
  private static let (rows, columns) = (12, 33)
  private static let seed: UInt64 = 2024

  /// Lines of which few fire, over a region inside of a tile.
  private static func train(slots: Int, scheme: BiasScheme = .halfVoltage) -> PulseTrain {
    var random = RandomStream(seed: seed, stream: UInt64(slots))
    func lines(_ count: Int, firing: Set<Int>) -> [BitLine] {
      (0..<count).map { line in
        BitLine(
          isNegative: random.integer(below: 2) == 1,
          slots: firing.contains(line)
            ? (0..<slots).filter { _ in random.integer(below: 3) > 0 } + [slots - 1] : [])
      }
    }
    var train = TrainCodingTests.train(
      .outerProduct(
        rowLines: lines(rows, firing: [3, 10]), columnLines: lines(columns, firing: [0, 16, 32]),
        slots: slots), rows: rows, columns: columns)
    train.scheme = scheme
    return train
  }

  @Test(arguments: [1, 31, 64, 65, 130])
  func fewCellsAreCountedAsAllAre(slots: Int) throws {
    let train = Self.train(slots: slots)
    guard case .outerProduct(let rowLines, let columnLines, _) = train.pattern else { return }
    let expected = rowLines.flatMap { row in
      columnLines.map { column -> Int32 in
        let both = (0..<slots).count { row.fires(in: $0) && column.fires(in: $0) }
        return Int32(row.isNegative == column.isNegative ? both : -both)
      }
    }
    let counts = try #require(train.signedCounts)
    let each = SignedCounts(expected)
    #expect(counts.few?.count == 6 && each.few == nil, "seed \(Self.seed)")
    #expect(counts.values == expected && counts.cells == expected.count)
    #expect(counts.totals == each.totals && counts.largest == each.largest)
    #expect(counts.cellCounts == each.cellCounts)
    for place in expected.indices { #expect(counts[place] == expected[place]) }
  }

  @Test(arguments: BiasScheme.allCases, [1, 70])
  func exposuresAreTheSame(scheme: BiasScheme, slots: Int) throws {
    let (rows, columns) = (25, 40)
    let train = Self.train(slots: slots, scheme: scheme)
    let values = try #require(train.signedCounts).values
    let few = HalfSelectExposures(of: train, rows: rows, columns: columns)
    let each = HalfSelectExposures(
      of: train, rows: rows, columns: columns, signedCounts: SignedCounts(values))
    #expect(few.total == each.total && few.most == each.most)
    var sums = ExposureSums(rows: rows, columns: columns)
    sums.book(few)
    sums.book(few)
    sums.book(each, sign: -1)
    for row in 0..<rows {
      for column in 0..<columns {
        let count = each.count(row: Row(row), column: Column(column))
        #expect(few.count(row: Row(row), column: Column(column)) == count)
        #expect(sums.count(row * columns + column) == count)
      }
    }
  }

  /// A train that comes back from its bytes is the same value, idle lines and late slots included.
  @Test(arguments: [1, 31, 64, 65, 130])
  func trainsComeBackFromTheirBytes(slots: Int) throws {
    let train = Self.train(slots: slots)
    var writer = ByteWriter()
    train.pattern.write(to: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try PulseTrain.Pattern(from: &reader) == train.pattern)
    try reader.end()
  }
}

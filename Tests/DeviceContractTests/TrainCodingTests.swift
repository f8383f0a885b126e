import ByteCoding
import DeviceContract
import PhysicalUnits
import ReproducibleNoise
import Testing

@Suite struct TrainCodingTests {
  static let shape = PulseShape(
    amplitude: Volts(1.2), width: .nanoseconds(100), period: .microseconds(1))

  static func train(_ pattern: PulseTrain.Pattern, rows: Int = 3, columns: Int = 5) -> PulseTrain {
    PulseTrain(
      region: CellRegion(
        tile: 2, rows: Row(7)..<Row(7 + rows), columns: Column(1)..<Column(1 + columns)),
      pattern: pattern, shape: shape, cause: .calibrate)
  }

  static let patterns: [PulseTrain.Pattern] = [
    .uniform(.up, count: 1000), .uniform(.down, count: 0), .alternating(pairs: 77),
    .counts((0..<15).map { Int16($0 % 2 * 2 - 1) }), .counts((0..<15).map { Int16($0 % 3 - 1) }),
    .counts((0..<15).map { Int16($0 - 8) }),
    .counts((0..<15).map { Int16($0 * 17 - 128) }),
    .counts((0..<15).map { Int16($0 * 4000 - 30000) }),
    .outerProduct(
      rowLines: [0, 1, 2].map { BitLine(isNegative: $0 == 1, slots: [$0, 64 + $0]) },
      columnLines: (0..<5).map { BitLine(slots: [$0 * 3, 70]) }, slots: 71),
  ]

  @Test(arguments: patterns)
  func patternsSurviveTheirBytes(pattern: PulseTrain.Pattern) throws {
    var writer = ByteWriter()
    pattern.write(to: &writer)
    var reader = ByteReader(writer.bytes)
    let back = try PulseTrain.Pattern(from: &reader)
    try reader.end()
    #expect(Self.train(back).cellCounts == Self.train(pattern).cellCounts)
    var again = ByteWriter()
    back.write(to: &again)
    #expect(again.bytes == writer.bytes)
  }

  /// Counts of every width, in numbers that leave the last byte partly empty.
  @Test(arguments: [Int16(1), 2, 8, 100, 30_000], 0..<19)
  func countsOfEveryWidthSurvive(most: Int16, cells: Int) throws {
    var random = RandomStream(seed: 77, stream: UInt64(cells))
    let values = most == 1 ? [-1, 1] : Array(-most...(most - 1))
    let counts = (0..<cells).map { _ in values[Int(random.next() % UInt64(values.count))] }
    var writer = ByteWriter()
    PulseTrain.Pattern.counts(counts).write(to: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try PulseTrain.Pattern(from: &reader) == .counts(counts))
    try reader.end()
  }

  @Test func countsTakeAsFewBitsAsTheyNeed() {
    let region = 4096
    func size(_ count: Int16) -> Int {
      var writer = ByteWriter()
      PulseTrain.Pattern.counts([Int16](repeating: count, count: region)).write(to: &writer)
      return writer.bytes.count - 4
    }
    #expect(size(-1) == 512 && size(1) == 512 && size(0) == 1024 && size(-2) == 1024)
    #expect(size(2) == 2048 && size(-8) == 2048 && size(8) == 4096 && size(-128) == 4096)
    #expect(size(128) == 8192)
  }

  @Test func theDigestTellsTrainsApartButNotCauses() {
    let train = Self.train(.uniform(.up, count: 5))
    var others: [PulseTrain] = [
      Self.train(.uniform(.down, count: 5)), Self.train(.uniform(.up, count: 6)),
      Self.train(.uniform(.up, count: 5), rows: 4),
    ]
    var other = train
    other.shape.amplitude = Volts(1.3)
    others.append(other)
    other = train
    other.scheme = .thirdVoltage
    others.append(other)
    other = train
    other.reads = .init(everySteps: 1)
    others.append(other)
    for other in others { #expect(other.digest != train.digest) }
    var manual = train
    manual.cause = .manual
    #expect(manual.digest == train.digest)
  }

  @Test(arguments: patterns)
  func aTrainIsItsStartAndItsRest(pattern: PulseTrain.Pattern) {
    let train = Self.train(pattern)
    for cut in [0, 1, 2, 3, 33, 64, 70, train.steps].filter({ $0 <= train.steps }) {
      let isOddPair = train.kind == .alternating && cut % 2 == 1
      let start = isOddPair ? train.first(steps: cut - 1) : train.first(steps: cut)
      var sum = start.cellCounts
      for rest in train.rest(after: cut) {
        let counts = rest.cellCounts
        for cell in sum.up.indices {
          sum.up[cell] += counts.up[cell]
          sum.down[cell] += counts.down[cell]
        }
      }
      if isOddPair { for cell in sum.up.indices { sum.up[cell] += 1 } }
      #expect(sum == train.cellCounts, "cut after \(cut)")
    }
  }

  @Test func shapesSurviveTheirBytes() throws {
    var limited = Self.shape
    limited.compliance = Amperes(1e-5)
    for shape in [Self.shape, limited] {
      var writer = ByteWriter()
      shape.write(to: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try PulseShape(from: &reader) == shape)
      try reader.end()
    }
  }

  @Test func digestsLocateTheCellsThatDiffer() {
    var counts = CellCounts(cells: 200, up: 3, down: 4)
    let before = OdometerDigests(of: counts)
    #expect(before.blocks.count == 4)
    counts.down[199] += 1
    counts.up[64] -= 1
    let after = OdometerDigests(of: counts)
    #expect(after.differingCells(from: before, cells: 200) == [64..<128, 192..<200])
    #expect(before.differingCells(from: before, cells: 200).isEmpty)
  }
}

import AnalogTraining
import DeviceContract
import ReproducibleNoise
import Testing

/// Increments become pulses whose mean is the increment.
@Suite struct BitLinePlannerTests {
  static let d: [Float] = [0.5, -0.25, 0, 1]
  static let x: [Float] = [0.2, 1, -0.6]

  /// Mean signed coincidences of each cell over many trains.
  ///
  /// A count of `slots` slots with the product of two probabilities has a standard deviation of at most sqrt(slots p);
  /// 6 cells, 8 settings and 5 standard deviations: less than one run in 35,000 fails by chance.
  @Test(arguments: [
    (0.05, true, true), (0.05, false, true), (0.05, true, false), (0.05, false, false),
    (0.4, true, true), (0.4, false, true), (0.4, true, false), (0.4, false, false),
  ])
  func coincidencesHaveTheIncrementAsMean(
    rate: Double, managesUpdate: Bool, managesLength: Bool
  ) throws {
    let (seed, trains): (UInt64, Int) = (11, 4_000)
    var random = RandomStream(seed: seed)
    var planner = BitLinePlanner(granularity: 0.1, longest: 7)
    (planner.managesUpdate, planner.managesLength) = (managesUpdate, managesLength)
    var sums = [Double](repeating: 0, count: 12)
    for _ in 0..<trains {
      let lines = planner.lines(rate: Float(rate), d: Self.d, x: Self.x, using: &random)
      // Management takes as many slots as the largest increment has pulses: 0.5 and 4.
      #expect(lines.slots == (managesLength ? (rate < 0.1 ? 1 : 4) : 7))
      guard let pattern = lines.pattern else { continue }
      let pulses = ArrayPulses(array: 0, rows: 0..<4, columns: 0..<3, pattern: pattern)
      for (cell, count) in counts(of: pulses).enumerated() { sums[cell] += Double(count) }
    }
    print("bit lines, seed \(seed), rate \(rate):", sums.map { $0 / Double(trains) })
    for (row, d) in Self.d.enumerated() {
      for (column, x) in Self.x.enumerated() {
        let expected = Double(d * x) * rate / 0.1
        let sum = sums[row * 3 + column] / Double(trains)
        if d == 0 {
          #expect(sum == 0, "a row without a number never fires")
        } else {
          #expect(abs(sum - expected) < 5 * (abs(expected) / Double(trains)).squareRoot())
        }
      }
    }
  }

  /// Each line fires with |number| * scale: with equal largest probabilities on both sides none is clipped.
  @Test func updateManagementBalancesTheProbabilities() {
    let (seed, trains): (UInt64, Int) = (12, 4_000)
    for manages in [true, false] {
      var random = RandomStream(seed: seed)
      var planner = BitLinePlanner(granularity: 0.1, longest: 1)
      planner.managesUpdate = manages
      var (row, column) = (0, 0)
      for _ in 0..<trains {
        // 0.08 * 4 * 0.05 / 0.1 is 0.16 pulses: 0.4 times 0.4 with management; without it the row would fire with
        // 4 * sqrt(0.8) and the column with 0.05 * sqrt(0.8).
        let lines = planner.lines(rate: 0.08, d: [4, 4], x: [0.05, 0.05], using: &random)
        guard case .outerProduct(let rows, let columns, _)? = lines.pattern else { continue }
        // What is seen is what is sent: trains in which both sides fire somewhere.
        row += rows[0].count(slots: 1)
        column += columns[0].count(slots: 1)
      }
      print("update management \(manages), seed \(seed): rows \(row), columns \(column)")
      // A line fires in a train that is sent with p / (1 - (1 - p)^2); 0.4 gives 0.625 of 4,000 * 0.64^2 trains.
      if manages {
        // 4.5 standard deviations, of which one is below 32.
        #expect(abs(Double(row) - 1_024) < 4.5 * 32 && abs(Double(column) - 1_024) < 4.5 * 32)
      } else {
        // All rows fire, and half of the sent trains or so have a given column.
        #expect(row > 300 && Double(column) < 0.7 * Double(row))
      }
    }
  }

  /// A line that carries nothing must not cost a phase: twice the time, and twice the exposures of lines that fire.
  @Test func idleLinesCostNoPhase() throws {
    var random = RandomStream(seed: 3)
    let planner = BitLinePlanner(granularity: 0.1, longest: 7)
    for (d, x) in [([0, -1, 0], [0, -1]), ([0, -1, 0], [1, 0]), ([1, 0, 1], [0, -1])]
      as [([Float], [Float])]
    {
      let lines = planner.lines(rate: 0.5, d: d, x: x, using: &random)
      let train = PulseTrain(
        region: CellRegion(rows: 0..<3, columns: 0..<2), pattern: try #require(lines.pattern),
        shape: try Self.shape, cause: .train)
      #expect(train.slots == lines.slots && lines.slots == 5)
      // Every line that carries something fires in all slots: the cells on it are exposed once in each, but for those
      // that are pulsed.
      let exposures = HalfSelectExposures(of: train, rows: 3, columns: 2)
      #expect(exposures.ofRow == d.map { $0 == 0 ? 0 : 5 })
      #expect(exposures.ofColumn == x.map { $0 == 0 ? 0 : 5 })
    }
  }

  static var shape: PulseShape {
    get throws { try FloorplanTests.capabilities(tiles: 1, rows: 3, columns: 2).nominalShape }
  }

  @Test func trainsWithoutAnythingTakeNoSlots() {
    var random = RandomStream(seed: 1)
    var planner = BitLinePlanner(granularity: 0.1)
    #expect(planner.lines(rate: 1, d: [0, 0], x: [1], using: &random).slots == 0)
    planner.managesLength = false
    #expect(planner.lines(rate: 1, d: [0, 0], x: [1], using: &random).slots == 5)
    #expect(planner.lines(rate: 1, d: [.nan], x: [1], using: &random).pattern == nil)
  }

  /// Increments beyond the longest train are clipped to one pulse a slot, and a train is never above 64 slots, which
  /// is what a line holds.
  @Test func trainsAreNeverLongerThanALine() {
    var random = RandomStream(seed: 1)
    for (longest, slots) in [(5, 5), (64, 64), (200, 64)] {
      let planner = BitLinePlanner(granularity: 0.01, longest: longest)
      let lines = planner.lines(rate: 10, d: [1], x: [1], using: &random)
      #expect(lines.slots == slots)
      guard case .outerProduct(let rows, let columns, _)? = lines.pattern else {
        Issue.record("the line fires")
        return
      }
      #expect(rows[0].coincidences(with: columns[0], slots: slots) == slots)
    }
  }

  /// The whole part always, and one more by chance: 4,000 draws, 4.5 standard deviations of at most 0.5 / sqrt(4,000).
  @Test func countsHaveTheIncrementAsMean() {
    let (seed, draws): (UInt64, Int) = (13, 4_000)
    var random = RandomStream(seed: seed)
    let planner = BitLinePlanner(granularity: 0.1)
    for increment in [Float(0.275), -0.13, 0.02, 0] {
      let found = planner.counts(of: Array(repeating: increment, count: draws), using: &random)
      let whole = Int16(increment / 0.1)
      #expect(Set(found).isSubset(of: [whole, whole + (increment < 0 ? -1 : 1)]))
      let mean = Double(found.reduce(0) { $0 + Int($1) }) / Double(draws)
      print("counts of \(increment), seed \(seed): \(mean)")
      #expect(abs(mean - Double(increment) * 10) < 4.5 * 0.5 / Double(draws).squareRoot())
    }
    #expect(planner.counts(of: [1e9, -1e9], using: &random) == [Int16.max, -Int16.max])
    #expect(planner.counts(of: [.nan], using: &random) == [0])
  }

  /// A gradient is gone against, with the sign of the chopper; each sample is a train of its own.
  @Test func gradientsAreGoneAgainst() {
    var random = RandomStream(seed: 2)
    let planner = BitLinePlanner(granularity: 0.1)
    var cycles = 0
    let gradient = LayerGradient(
      inputs: Matrix(rows: 3, columns: 2, values: [1, 1, 0, 0, 1, 0]),
      deltas: Matrix(rows: 3, columns: 1, values: [0.1, 0.1, 0.1]))
    let trains = planner.pulses(
      for: .outerProducts(gradient), rate: 1, array: 0, signs: [1, -1], counting: &cycles,
      using: &random)
    #expect(trains.map { counts(of: $0) } == [[-1, 1], [-1, 0]])
    #expect(cycles == 2, "the second sample has nothing to fire")
    let elements = planner.pulses(
      for: .elements(Matrix(rows: 1, columns: 2, values: [0.2, 0.3])), rate: 1, array: 0,
      signs: [1, -1], counting: &cycles, using: &random)
    #expect(elements.map { counts(of: $0) } == [[-2, 3]])
    #expect(cycles == 5)
  }
}

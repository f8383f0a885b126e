import AnalogTraining
import ReproducibleNoise
import Testing

/// Who is visited when, and when signs turn over: exact counts, without a device.
@Suite struct ChopperTests {
  @Test func columnsTakeTurns() {
    var cycle = ColumnCycle(columns: 5, width: 2, every: 3)
    let asked = (1...15).map { _ in cycle.step() }
    #expect(asked.enumerated().allSatisfy { ($0.offset % 3 == 2) == ($0.element != nil) })
    #expect(asked.compactMap { $0 } == [0..<2, 2..<4, 4..<5, 0..<2, 2..<4])
    var wide = ColumnCycle(columns: 5, width: 9)
    #expect([wide.step(), wide.step()] == [0..<5, 0..<5])
  }

  @Test func regularFlipsComeAfterAsManyVisitsAsOneOverTheProbability() {
    var random = RandomStream(seed: 1)
    for (probability, period) in [(0.05, 20), (0.1, 10), (0.3, 4), (0.5, 2), (1, 2)] {
      var chopper = Chopper(columns: 2, probability: probability, isRandom: false)
      #expect(chopper.period == period)
      var signs: [Float] = []
      for visit in 1...3 * period {
        signs.append(chopper.signs[1])
        #expect(chopper.visit(1, using: &random) == (visit % period == 0))
      }
      #expect(signs.count { $0 < 0 } == period)
      #expect(chopper.signs[0] == 1, "only what is visited turns over")
    }
    var none = Chopper(columns: 1, probability: 0, isRandom: true)
    for _ in 0..<100 { #expect(!none.visit(0, using: &random)) }
  }

  /// 20,000 visits: the count is binomial, and 4.5 standard deviations are left out in 7 of a million runs.
  @Test func flipsByChanceComeWithTheirProbability() {
    let seed: UInt64 = 77
    var random = RandomStream(seed: seed)
    var chopper = Chopper(columns: 1, probability: 0.1, isRandom: true)
    let flips = (0..<20_000).count { _ in chopper.visit(0, using: &random) }
    print("chopper by chance, seed \(seed): \(flips) flips")
    #expect(abs(Double(flips) - 2_000) < 4.5 * (20_000 * 0.1 * 0.9).squareRoot())
  }

  /// The digits of docs/training.md: 60 epochs of 143 mini-batches on 64-32-10.
  static func digits(_ settings: RuleSettings) throws -> RuleTally {
    var tally = RuleTally()
    for (rows, columns) in [(32, 64), (10, 32)] {
      let shape = layer(rows: rows, columns: columns)
      var rule = try settings.rule(for: shape, initial: Matrix(rows: rows, columns: columns))
      var random = RandomStream(seed: 1)
      for _ in 0..<60 * 143 {
        guard case .read(0, let asked) = rule.transfer(nil, using: &random) else { continue }
        let zeros = [Float](repeating: 0, count: rows * asked.count)
        guard case .done = rule.transfer(zeros, using: &random) else {
          Issue.record("nothing is there to be written")
          break
        }
      }
      tally = tally + rule.tally
    }
    return tally
  }

  @Test func theCountsOnTheDigitsAreThoseOfTheReference() throws {
    let erider = try Self.digits(.erider(.init()))
    #expect(erider.columnReads == 17_160 && erider.flips == 800 && erider.latches == 800)
    let agad = try Self.digits(.agad(.init()))
    #expect(agad.columnReads == 17_160 && agad.flips == 1_664)
    let tikiTaka = try Self.digits(.bufferedTikiTaka(.init()))
    #expect(tikiTaka.columnReads == 17_160 && tikiTaka.flips == 0)
  }

  /// A flip so rare that its period is beyond any count is no flip, and no crash.
  @Test func aFlipThatNeverComes() {
    var chopper = Chopper(columns: 1, probability: 1e-20, isRandom: false)
    var random = RandomStream(seed: 1)
    #expect((0..<100).allSatisfy { _ in !chopper.visit(0, using: &random) })
  }
}

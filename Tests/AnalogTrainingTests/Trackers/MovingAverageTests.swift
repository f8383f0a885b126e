import AnalogTraining
import ReproducibleNoise
import Testing

/// The averages that RIDER, E-RIDER and AGAD take for symmetric points.
@Suite struct MovingAverageTests {
  /// P8: a sequence of +1 and -1 leaves an amplitude of gain / (2 - gain).
  @Test(arguments: [Float(0.5), 0.25, 0.05])
  func alternatingReadsLeaveTheAmplitudeOfTheFilter(gain: Float) {
    var average = MovingAverage(
      rows: 1, columns: 1, gain: gain, start: KnownReference(rows: 1, columns: 1))
    for read in 0..<2_000 {
      average.observe([read % 2 == 0 ? 1 : -1], columns: 0..<1, signs: [1])
    }
    // The last read was -1. Rounding of single precision adds up to some 1e-7 / gain.
    #expect(abs(average.estimate.values[0] + gain / (2 - gain)) < 1e-5)
  }

  @Test func withoutAStartItBeginsAsThePlainMean() {
    var average = MovingAverage(rows: 1, columns: 2, gain: 0.1)
    #expect(average.spread.values == [.infinity, .infinity])
    let reads: [Float] = [3, 5, 7, 1]
    for read in reads { average.observe([read], columns: 1..<2, signs: [1]) }
    #expect(!average.knows(0) && average.knows(1))
    #expect(abs(average.estimate.values[1] - 4) < 1e-6 && average.estimate.values[0] == 0)
    // The variance of these reads is 5, and a mean of 4 has a fourth of it.
    #expect(abs(average.spread.values[1] - (5.0 / 4).squareRoot()) < 1e-5)
  }

  @Test(arguments: [Float(1), 0.25, 0])
  func aStartCountsAndKeepsItsSpread(gain: Float) {
    let start = KnownReference(
      estimate: Matrix(rows: 1, columns: 1, values: [0.5]),
      spread: Matrix(rows: 1, columns: 1, values: [0.02]))
    var average = MovingAverage(rows: 1, columns: 1, gain: gain, start: start)
    #expect(abs(average.spread.values[0] - 0.02) < 1e-7)
    average.observe([1.5], columns: 0..<1, signs: [1])
    #expect(average.estimate.values == [0.5 + gain])
  }

  /// White reads of standard deviation s: that of the average is s sqrt(gain / (2 - gain)), and it says so.
  ///
  /// 400 cells: 5
  /// standard deviations of a standard deviation are 5 / sqrt(800) of it, 18 %; less than one run in a million fails.
  @Test func theSpreadIsThatOfTheEstimates() {
    let (seed, cells): (UInt64, Int) = (31, 400)
    var random = RandomStream(seed: seed)
    var average = MovingAverage(rows: cells, columns: 1, gain: 0.1)
    for _ in 0..<200 {
      let reads = (0..<cells).map { _ in Float(0.3 * random.gaussian()) }
      average.observe(reads, columns: 0..<1, signs: [1])
    }
    let found = rms(average.estimate.values)
    let (said, expected) = (rms(average.spread.values), 0.3 * (0.1 / 1.9).squareRoot())
    print("spread of averages, seed \(seed): \(found), said \(said), expected \(expected)")
    #expect(abs(found / expected - 1) < 0.18)
    #expect(abs(said / expected - 1) < 0.05)
  }

  // MARK: - With a chopper

  @Test func aCopyIsTakenAtTheFlipAndKept() {
    var average = ChoppedAverage(rows: 1, columns: 2, kind: .exponential(gain: 0.5))
    average.observe([1, 2], columns: 0..<2, signs: [1, 1])
    #expect(average.estimate.values == [1, 2] && average.isLatched == [false, false])
    average.latch(0)
    average.observe([3, 4], columns: 0..<2, signs: [1, 1])
    #expect(average.estimate.values == [1, 3], "the copy stays, the other average goes on")
    #expect(average.running.estimate.values == [2, 3])
  }

  @Test func theMeanOfAHalfPeriodLeavesItsFirstReadsOut() {
    var average = ChoppedAverage(rows: 2, columns: 1, kind: .halfPeriod(skipping: 2))
    for read in [Float(9), 9, 1, 3] { average.observe([read, -read], columns: 0..<1, signs: [1]) }
    average.latch(0)
    #expect(average.estimate.values == [2, -2])
    // Two reads that differ by 2: a standard deviation of sqrt(2), and of their mean of 1.
    #expect(average.spread.values.allSatisfy { abs($0 - 1) < 1e-6 })
    for read in [Float(9), 9, 5] { average.observe([read, -read], columns: 0..<1, signs: [-1]) }
    #expect(average.estimate.values == [2, -2])
    average.latch(0)
    #expect(average.estimate.values == [5, -5], "each half-period for itself")
  }
}

func rms(_ values: [Float]) -> Double {
  (values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
}

/// The filters of the cells of an array, which share what they learn of each other.
struct FilteredArray: Sendable {
  private(set) var cells: [LineFilter]
  private(set) var belief: LineBelief
  private(set) var noise: LineFilter.Noise
  /// Slopes whose sum is below this cannot be told from none.
  private(set) var leastSlope: Double

  init(_ expected: ResponseExpectation, readings: [Float], readVariance: Double) {
    let belief = LineBelief(expected)
    let noise = LineFilter.Noise(
      pulse: expected.pulseNoise, isMultiplicative: expected.isNoiseMultiplicative,
      read: readVariance + expected.writeNoise * expected.writeNoise)
    (self.belief, self.noise) = (belief, noise)
    leastSlope = 0.05 * 2 * expected.slope
    cells = readings.map { LineFilter(reading: Double($0), belief: belief, noise: noise) }
  }

  /// Takes what was read after a burst, which may be none, of each cell.
  mutating func add(_ pulses: [Int], _ readings: [Float]) {
    for cell in cells.indices where pulses[cell] != 0 {
      cells[cell].add(.init(pulses: pulses[cell], reading: Double(readings[cell])), noise)
    }
  }

  /// The symmetric point of a cell and its standard deviation.
  func symmetricPoint(of cell: Int) -> (value: Double, deviation: Double) {
    cells[cell].symmetricPoint(leastSlope: leastSlope)
  }

  func deviation(of cell: Int, after pulses: Int) -> Double {
    cells[cell].deviation(after: pulses, noise, leastSlope: leastSlope)
  }

  /// Linearises all bursts anew.
  mutating func replay() {
    for cell in cells.indices { cells[cell].replay(from: belief, noise) }
  }

  /// Squared innovations by their variances over the array: 1 where noise and lines are as assumed.
  ///
  /// The median cell counts and not the mean, so that few bad cells do not decide.
  var innovationRatio: Double {
    let ratios = cells.filter { $0.innovationCount > 0 }
      .map { $0.innovations / Double($0.innovationCount) }.sorted()
    return ratios.isEmpty ? 1 : ratios[ratios.count / 2]
  }

  /// Learns how lines are spread over the cells, and lets each cell know (expectation maximisation of a normal prior).
  ///
  /// - Parameter isGood: cells that count.
  mutating func learn(rounds: Int = 12, isGood: (Int) -> Bool = { _ in true }) {
    for _ in 0..<rounds {
      let good = cells.indices.filter(isGood)
      // Fewer say nothing about a spread.
      guard good.count >= Self.fewestCells else { return }
      let found = good.map { cells[$0].lines.values }
      var clipped = found
      for place in 0..<4 {
        let sorted = found.map { $0[place] }.sorted()
        let median = sorted[sorted.count / 2]
        let deviations = sorted.map { abs($0 - median) }.sorted()
        // 1.4826 median deviations are a standard deviation of a normal spread.
        let most = 4 * 1.4826 * deviations[deviations.count / 2]
        for cell in clipped.indices {
          clipped[cell][place] = min(max(clipped[cell][place], median - most), median + most)
        }
      }
      let count = Double(good.count)
      let mean = clipped.reduce(SIMD4<Double>(repeating: 0), +) / count
      var columns = LineCovariance(diagonal: SIMD4(repeating: 0))
      for (place, cell) in good.enumerated() {
        let away = clipped[place] - mean
        let own = cells[cell].covariance
        for column in 0..<4 { columns[column] += away * away[column] + own[column] }
      }
      for column in 0..<4 {
        columns[column] /= count
        // A prior without any spread would stop every cell from learning.
        columns[column][column] += (1e-3 * mean[column]) * (1e-3 * mean[column])
      }
      // Expectation maximisation is slow just where single cells say little, as of their slopes after a few bursts:
      // a spread that is none would be believed in for a hundred rounds. Where a round changes much, it is right.
      belief = LineBelief(
        mean: mean,
        covariance: columns.beyond(belief.covariance, power: 5, for: 0.85...1.15))
      if mean[1] + mean[3] > 0 { leastSlope = 0.05 * (mean[1] + mean[3]) }
      replay()
    }
  }

  private static let fewestCells = 8

  /// Another noise of the pulses than was assumed: the innovations say how much.
  mutating func rescaleNoise(by factor: Double) {
    noise.pulse *= factor
    replay()
  }
}

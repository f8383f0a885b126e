import Foundation

/// The filters of the cells of an array, which share what they learn of each other.
struct FilteredArray: Sendable {
  private(set) var cells: [LineFilter]
  private(set) var belief: LineBelief
  private(set) var noise: LineFilter.Noise
  let expected: ResponseExpectation
  /// Slopes whose sum is below this cannot be told from none.
  private(set) var leastSlope: Double
  /// Cells that answer no pulse; they say nothing of the others.
  private(set) var isStuck: [Bool]
  /// By how much the variance of symmetric points over the array may be more than it was found to be.
  private var spreadError = 0.0
  /// The pulse noise by that which was expected.
  private(set) var noiseFactor = 1.0
  /// Bursts so far, of the cells that got all of them.
  private var bursts = 0

  init(_ expected: ResponseExpectation, readings: [Float], readVariance: Double) {
    let belief = LineBelief(expected)
    let noise = LineFilter.Noise(
      pulse: expected.pulseNoise, isMultiplicative: expected.isNoiseMultiplicative,
      read: readVariance + expected.writeNoise * expected.writeNoise)
    (self.belief, self.noise, self.expected) = (belief, noise, expected)
    leastSlope = 0.05 * 2 * expected.slope
    cells = readings.map { LineFilter(reading: Double($0), belief: belief, noise: noise) }
    isStuck = Array(repeating: false, count: readings.count)
  }

  /// Takes what was known of cells before; nil for a cell of which nothing was.
  mutating func know(_ points: [KnownPoint?]) {
    for cell in cells.indices { cells[cell].known = points[cell] }
    replay()
  }

  /// Takes what was read after a burst, which may be none, of each cell.
  ///
  /// - Parameter before: what was read just before it, where that was done.
  mutating func add(_ pulses: [Int], _ readings: [Float], before: [Float]? = nil) {
    bursts += 1
    for cell in cells.indices where pulses[cell] != 0 {
      cells[cell].add(
        .init(
          pulses: pulses[cell], before: before.map { Double($0[cell]) },
          reading: Double(readings[cell])), noise)
    }
  }

  /// The symmetric point of a cell and its standard deviation.
  ///
  /// A cell that says little takes its certainty from the array, and the array is not quite certain of its spread.
  func symmetricPoint(of cell: Int) -> (value: Double, deviation: Double) {
    let (value, deviation) = cells[cell].symmetricPoint(leastSlope: leastSlope)
    if cells[cell].local != nil || cells[cell].known != nil { return (value, deviation) }
    let shared = sharedVariance(of: cell)
    let precision = 1 / (deviation * deviation) - 1 / shared + 1 / (shared + spreadError)
    return (value, precision > 0 ? 1 / precision.squareRoot() : deviation)
  }

  /// The symmetric point of a cell and its standard deviation, without what the array says of it; slopes are still
  /// taken to be about those of the array.
  func ownPoint(of cell: Int) -> (value: Double, deviation: Double) {
    if cells[cell].local != nil { return symmetricPoint(of: cell) }
    // One step more and the other less by as much moves the symmetric point alone: anywhere in the window.
    let slopes = max(belief.mean[1] + belief.mean[3], leastSlope)
    let way = SIMD4<Double>(1, 0, -1, 0) * (slopes / 2 * expected.range / 2)
    var open = belief
    for column in 0..<4 { open.covariance[column] += way * way[column] }
    var alone = cells[cell]
    alone.replay(from: open, noise)
    return alone.symmetricPoint(leastSlope: leastSlope)
  }

  /// The root mean square of the standard deviations of some cells.
  func deviation(of some: some Collection<Int>) -> Double {
    let squares = some.reduce(0.0) { sum, cell in
      let deviation = symmetricPoint(of: cell).deviation
      return sum + deviation * deviation
    }
    return (squares / Double(max(1, some.count))).squareRoot()
  }

  /// The variance of the symmetric point that the array alone leaves to a cell.
  private func sharedVariance(of cell: Int) -> Double {
    let direction = cells[cell].lines.direction(leastSlope: leastSlope)
    return max((direction * belief.covariance.times(direction)).sum(), .leastNormalMagnitude)
  }

  /// The error of the variance over the array: that of a mean of squares of numbers with errors of their own.
  private mutating func learnSpreadError() {
    let weight = informants.reduce(0.0) { sum, cell in
      let shared = sharedVariance(of: cell)
      let deviation = cells[cell].symmetricPoint(leastSlope: leastSlope).deviation
      // Without the array the cell would have this variance.
      let own = 1 / max(1 / (deviation * deviation) - 1 / shared, 1e-3 / shared)
      return sum + 1 / ((shared + own) * (shared + own))
    }
    // Two standard deviations above.
    spreadError = weight > 0 ? 2 * (2 / weight).squareRoot() : 0
  }

  func deviation(of cell: Int, after pulses: Int, rereads: Bool) -> Double {
    cells[cell].deviation(after: pulses, noise, leastSlope: leastSlope, rereads: rereads)
  }

  /// Takes the response of a cell for straight only near to where it is.
  mutating func localise(_ cell: Int, reach: Double) {
    cells[cell] = cells[cell].nearby(reach: reach, expected: belief, noise)
  }

  /// Knows of each cell what was read last, and nothing else.
  mutating func forget(_ readings: [Float]) {
    let (isStuck, read) = (isStuck, noise.read)
    self = FilteredArray(expected, readings: readings, readVariance: 0)
    noise.read = read
    self.isStuck = isStuck
    cells = readings.map { LineFilter(reading: Double($0), belief: belief, noise: noise) }
  }

  /// Takes it that states moved by so much before each burst so far that they were not read before.
  mutating func blur(_ variance: Double) {
    for cell in cells.indices { cells[cell].blur(variance) }
    replay()
  }

  /// Linearises all bursts anew.
  mutating func replay() {
    for cell in cells.indices { cells[cell].replay(from: belief, noise) }
  }

  /// Squared innovations by their variances over the array: 1 where noise and lines are as assumed.
  ///
  /// The median cell counts and not the mean, so that few bad cells do not decide.
  var innovationRatio: Double {
    let ratios = cells.indices.filter { !isStuck[$0] && cells[$0].innovationCount > 0 }
      .map { cells[$0].innovations / Double(cells[$0].innovationCount) }.sorted()
    return ratios.isEmpty ? 1 : ratios[ratios.count / 2]
  }

  /// The standard deviation of symmetric points over the array, as far as it is known.
  var spread: Double {
    let direction = StraightLines(belief.mean).direction(leastSlope: leastSlope)
    return max((direction * belief.covariance.times(direction)).sum(), 0).squareRoot()
  }

  /// The mean step at weight 0, over the array.
  var step: Double { StraightLines(belief.mean).step }

  /// The standard deviation of the state of a cell that is pulsed up and down for long: `noise sqrt(dw / 2 kappa)`.
  var wander: Double {
    noise.pulse * step / max(belief.mean[1] + belief.mean[3], leastSlope).squareRoot()
  }

  /// Looks for cells that answer no pulse.
  mutating func findStuck() {
    for cell in cells.indices {
      // Odds of 10,000 to one, against one cell in some hundred that is stuck.
      isStuck[cell] = cells[cell].stuckEvidence(noise) > 9
    }
  }

  private func isSound(_ cell: Int) -> Bool {
    !isStuck[cell] && !cells[cell].isMisfit && !cells[cell].bursts.isEmpty
      && cells[cell].local == nil
  }

  /// Learns what all bursts so far say of the array: how cells differ, how noisy they are, and which are stuck.
  mutating func learn() {
    replay()
    learnSpread()
    if bursts >= Self.burstsThatTellNoise {
      learnNoise()
      learnSpread()
    }
    let before = isStuck
    findStuck()
    if isStuck != before { learnSpread() }
  }

  /// From so many bursts on, what was read tells the noise of pulses from the spread of the cells.
  private static let burstsThatTellNoise = 4

  /// Learns how lines are spread over the cells, and lets each cell know (expectation maximisation of a normal prior).
  private mutating func learnSpread() {
    defer { learnSpreadError() }
    for _ in 0..<12 {
      let earlier = belief
      let good = informants
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
      for cell in good { cells[cell].replay(from: belief, noise) }
      let isSame = (0..<4).allSatisfy {
        let (new, old) = (belief.covariance[$0][$0], earlier.covariance[$0][$0])
        return abs(new - old) < 0.01 * old
          && abs(mean[$0] - earlier.mean[$0]) < 0.01 * old.squareRoot()
      }
      if isSame { break }
    }
    if informants.count < cells.count { replay() }
  }

  /// Cells that the spread is learnt from: five hundred know it to 3 %.
  private var informants: [Int] {
    let sound = cells.indices.filter(isSound)
    return stride(from: 0, to: sound.count, by: max(1, (sound.count + 999) / 1_000)).map {
      sound[$0]
    }
  }

  private static let fewestCells = 8

  /// Finds the noise of the pulses that makes what was read most likely.
  ///
  /// A few pulses tell it badly from the spread of the cells: it stays near to what was expected while they say little.
  private mutating func learnNoise() {
    let good = cells.indices.filter(isSound)
    guard good.count >= Self.fewestCells else { return }
    let expected = noise.pulse / noiseFactor
    // Some hundred cells settle it.
    let some = stride(from: 0, to: good.count, by: max(1, good.count / 200)).map { good[$0] }
    func score(_ logFactor: Double) -> Double {
      var noise = noise
      noise.pulse = expected * exp(logFactor)
      let sum = some.reduce(0.0) { sum, index in
        var cell = cells[index]
        cell.replay(from: belief, noise)
        return sum + cell.logLikelihood
      }
      // Believed to within a factor of two.
      return sum - 0.5 * (logFactor / log(2)) * (logFactor / log(2))
    }
    var (low, high) = (log(0.1), log(10.0))
    // Golden section: the place is good to 3 % after ten steps.
    let part = (5.0.squareRoot() - 1) / 2
    var (left, right) = (high - part * (high - low), low + part * (high - low))
    var (leftScore, rightScore) = (score(left), score(right))
    for _ in 0..<10 {
      if leftScore > rightScore {
        (high, right, rightScore) = (right, left, leftScore)
        left = high - part * (high - low)
        leftScore = score(left)
      } else {
        (low, left, leftScore) = (left, right, rightScore)
        right = low + part * (high - low)
        rightScore = score(right)
      }
    }
    noiseFactor = exp((low + high) / 2)
    noise.pulse = expected * noiseFactor
    replay()
  }
}

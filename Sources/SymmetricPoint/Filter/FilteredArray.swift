import Foundation

/// The filters of the cells of an array, which share what they learn of each other.
struct FilteredArray: Sendable {
  private(set) var cells: [LineFilter]
  /// What is believed of a cell that nothing has been seen of: the spread over the array, and the error of its mean.
  private(set) var belief: LineBelief
  /// How lines are spread over the cells.
  private var spreading: LineCovariance
  private(set) var noise: LineFilter.Noise
  let expected: ResponseExpectation
  /// Where the median cell began.
  let start: Double
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
    start = readings.isEmpty ? 0 : Double(readings.sorted()[readings.count / 2])
    let belief = LineBelief(expected, from: start)
    let noise = LineFilter.Noise(
      pulse: expected.pulseNoise, isMultiplicative: expected.isNoiseMultiplicative,
      read: readVariance + expected.writeNoise * expected.writeNoise)
    (self.belief, self.noise, self.expected) = (belief, noise, expected)
    spreading = belief.covariance
    leastSlope = 0.05 * 2 * expected.slope
    cells = readings.map { LineFilter(reading: Double($0), belief: belief, noise: noise) }
    isStuck = Array(repeating: false, count: readings.count)
  }

  /// Takes what was known of cells before; nil for a cell of which nothing was.
  ///
  /// Cells that stand where it was said to be say it themselves: how far they are from their symmetric points is what
  /// they have in common, and is learnt from them.
  mutating func know(_ points: [KnownPoint?]) {
    let away = cells.indices.filter { cell in
      points[cell].map {
        abs(cells[cell].origin - $0.value) > min(3 * $0.deviation, 0.1 * expected.range)
      } ?? false
    }
    let isLearnt = points.count { $0 != nil } - away.count >= 2 * Self.fewestCells
    for cell in isLearnt ? away : Array(cells.indices) {
      cells[cell].known = points[cell]
    }
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
    let direction = cells[cell].relative.direction(leastSlope: leastSlope)
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
  /// The median cell counts and not the mean, so that few bad cells do not decide; it is divided by what it is of
  /// normal numbers, `(1 - 2 / 9n)³` for the mean of n squares (Wilson and Hilferty, 1931).
  var innovationRatio: Double {
    let ratios = cells.indices.filter { !isStuck[$0] && cells[$0].innovationCount > 0 }
      .map { cell in
        let count = Double(cells[cell].innovationCount)
        let root = 1 - 2 / (9 * count)
        return cells[cell].innovations / count / (root * root * root)
      }.sorted()
    return ratios.isEmpty ? 1 : ratios[ratios.count / 2]
  }

  /// The standard deviation over the array of how far symmetric points are from where cells began, as far as it is
  /// known.
  var spread: Double {
    let direction = StraightLines(belief.mean).direction(leastSlope: leastSlope)
    return max((direction * spreading.times(direction)).sum(), 0).squareRoot()
  }

  /// What the symmetric point of each cell is believed in without its own pulses, as a standard deviation.
  var priors: [Double] {
    let spread = spread
    return cells.map { $0.known?.deviation ?? spread }
  }

  /// The mean step where cells began, over the array.
  var step: Double { StraightLines(belief.mean).step }

  /// The standard deviation of the state of a cell that is pulsed up and down for long: `noise sqrt(dw / 2 kappa)`.
  var wander: Double {
    noise.pulse * (noise.isMultiplicative ? step : StraightLines(belief.mean).around(-start).step)
      / max(belief.mean[1] + belief.mean[3], leastSlope).squareRoot()
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
      // The noise of pulses and the spread of steps both make bursts differ: the one is right when the other is.
      for _ in 0..<4 {
        let earlier = noiseFactor
        learnNoise()
        learnSpread()
        if abs(noiseFactor - earlier) < 0.02 * earlier { break }
      }
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
    var before = LineBelief(expected, from: start)
    before = before.widened(before)
    var shared = LineBelief(mean: belief.mean, covariance: spreading)
    var meanError = LineCovariance(diagonal: SIMD4(repeating: 0))
    var good = informants
    var score = believe(shared, good, before)
    for _ in 0..<12 {
      let earlier = shared
      // Scores of other cells would not compare.
      let sound = informants
      if sound != good { (good, score) = (sound, believe(shared, sound, before)) }
      // Fewer say nothing about a spread.
      guard good.count >= Self.fewestCells else { break }
      let census = LineCensus(good.map { cells[$0].state })
      let standing = cells
      let mean = earlier.mean(
        from: census.mean, left: census.left, cells: good.count, expected: before)
      meanError = mean.error
      // Expectation maximisation is slow just where single cells say little, as of their slopes after a few bursts:
      // a spread that is none would be believed in for a hundred rounds. Where a round changes much, it is right.
      let spread = census.spread.beyond(earlier.covariance, power: 5, for: 0.85...1.15)
      shared = LineBelief(mean: mean.value, covariance: spread).widened(before)
      let found = believe(shared, good, before)
      if found >= score {
        score = found
      } else {
        // Too bold: filters are linear around what is known.
        cells = standing
        shared = LineBelief(mean: census.mean, covariance: census.spread).widened(before)
        score = believe(shared, good, before)
      }
      let isSame = (0..<4).allSatisfy {
        let (new, old) = (shared.covariance[$0][$0], earlier.covariance[$0][$0])
        return abs(new - old) < 0.01 * old
          && abs(shared.mean[$0] - earlier.mean[$0]) < 0.01 * old.squareRoot()
      }
      if isSame { break }
    }
    spreading = shared.covariance
    for column in 0..<4 { shared.covariance[column] += meanError[column] }
    belief = shared
    replay()
  }

  /// Lets some cells know what is believed of all.
  ///
  /// - Returns: how likely that makes what was read of them, as a logarithm, in a scale in which no more than
  ///   ``LineBelief/mostWitnesses`` of them count beside what was expected before.
  private mutating func believe(
    _ shared: LineBelief, _ good: [Int], _ before: LineBelief
  ) -> Double {
    let slopes = shared.mean[1] + shared.mean[3]
    if slopes > 0 { leastSlope = 0.05 * slopes }
    var sum = 0.0
    for cell in good {
      cells[cell].replay(from: shared, noise)
      sum += cells[cell].logLikelihood
    }
    let share = min(1, LineBelief.mostWitnesses / Double(max(1, good.count)))
    return share * sum + before.logDensity(of: shared.mean)
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

import Foundation

/// A Kalman filter of one cell: its state and the two lines of its response, from bursts of pulses and reads
/// between them.
///
/// Five numbers are estimated: the weight, and the steps and slopes of ``StraightLines``. A burst is one step of the
/// filter. All bursts are kept, so that ``replay(from:)`` can linearise them anew around what is known by now.
struct LineFilter: Sendable {
  /// A burst and what was read after it.
  struct Burst: Sendable {
    /// Positive for up.
    var pulses: Int
    /// What was read just before it, where the state may have moved since the last burst.
    var before: Double?
    var reading: Double
    /// The variance by which the state may have moved since the last burst, where it was not read.
    var stray = 0.0
  }

  /// Noises that are the same for all cells.
  struct Noise: Sendable {
    /// Of a pulse, relative to the step.
    var pulse: Double
    var isMultiplicative: Bool
    /// Variance of a read, averages and write noise included.
    var read: Double
  }

  /// Squared innovations beyond this many variances are no noise.
  ///
  /// One in 2e7 normal numbers is beyond it; a cell that was beyond a bound jumps there with its first pulse.
  static let gate = 30.0

  /// The weight that the state and the lines are told from: the first reading.
  ///
  /// What the cells of an array have in common is what they do where they stand, and not what they would do at
  /// weight 0: cells that were calibrated stand where their steps are equal, and to take their states for chance
  /// would make slopes of none the likeliest.
  let origin: Double
  /// The state and the lines, as told from there.
  private(set) var state: LineState
  /// Sum of squared innovations by their variances, and how many there were.
  private(set) var innovations = 0.0, innovationCount = 0
  /// Jumps that ``gate`` has caught.
  private(set) var jumps = 0
  /// Logarithm of the density of all readings after the first, but for a constant.
  private(set) var logLikelihood = 0.0

  private let first: Double
  private(set) var bursts: [Burst] = []
  /// What is believed of this cell alone, whose response is straight only near to where it is.
  private(set) var local: LineBelief?
  /// What was known of the symmetric point before the first burst; nil for nothing.
  var known: KnownPoint?

  /// A cell that was read once.
  ///
  /// - Parameters:
  ///   - belief: what is believed of its lines, as told from the origin.
  ///   - origin: nil for the reading.
  init(reading: Double, belief: LineBelief, noise: Noise, origin: Double? = nil) {
    first = reading
    self.origin = origin ?? reading
    state = LineState(belief, moved: reading - self.origin, variance: noise.read)
  }

  /// The lines as told from the origin.
  var relative: StraightLines { state.lines }

  /// Their covariance.
  var covariance: LineCovariance { state.covariance }

  /// The weight.
  var weight: Double { origin + state.moved }

  /// The lines, as told from weight 0.
  var lines: StraightLines { relative.around(-origin) }

  /// Pulses of each polarity so far.
  var pulses: (up: Int, down: Int) {
    bursts.reduce(into: (0, 0)) {
      if $1.pulses > 0 { $0.0 += $1.pulses } else { $0.1 -= $1.pulses }
    }
  }

  /// Takes a burst and what was read after it.
  mutating func add(_ burst: Burst, _ noise: Noise) {
    bursts.append(burst)
    step(burst, around: relative, noise)
  }

  /// Begins anew, with all bursts linear around what is known by now.
  mutating func replay(from shared: LineBelief, _ noise: Noise) {
    let belief = local ?? known.map { shared.around($0.told(from: origin)) } ?? shared
    let known = relative
    state = LineState(belief, moved: first - origin, variance: noise.read)
    (innovations, innovationCount, jumps, logLikelihood) = (0, 0, 0, 0)
    for burst in bursts { step(burst, around: known, noise) }
  }

  /// Takes it that the state moved by so much before each burst so far that it was not read before.
  mutating func blur(_ variance: Double) {
    for place in bursts.indices where bursts[place].before == nil {
      bursts[place].stray = max(bursts[place].stray, variance)
    }
  }

  private static func predict(
    _ state: inout LineState, _ pulses: Int, around known: StraightLines, origin: Double,
    _ noise: Noise
  ) {
    let model = BurstModel(pulses: pulses, lines: known, weight: state.moved)
    let scale =
      noise.isMultiplicative
      ? abs(pulses > 0 ? known.up(at: state.moved) : known.down(at: state.moved))
      : known.around(-origin).step
    state.step(
      decay: model.decay, shift: model.shift, gradient: model.gradient,
      variance: model.variance * (noise.pulse * scale) * (noise.pulse * scale), around: known)
  }

  private mutating func step(_ burst: Burst, around known: StraightLines, _ noise: Noise) {
    if let before = burst.before {
      state.restart(at: before - origin, variance: noise.read)
    } else {
      state.weightVariance += burst.stray
    }
    Self.predict(&state, burst.pulses, around: known, origin: origin, noise)
    let innovation = burst.reading - weight
    let variance = state.weightVariance + noise.read
    guard innovation * innovation <= Self.gate * variance else {
      // Nothing is learnt of the lines, and the state is what was read.
      state.restart(at: burst.reading - origin, variance: noise.read)
      jumps += 1
      logLikelihood -= (Self.gate + log(variance)) / 2
      return
    }
    innovations += innovation * innovation / variance
    innovationCount += 1
    logLikelihood -= (innovation * innovation / variance + log(variance)) / 2
    state.take(innovation, variance: variance, read: noise.read)
  }

  /// The symmetric point and its standard deviation.
  func symmetricPoint(leastSlope: Double) -> (value: Double, deviation: Double) {
    state.symmetricPoint(leastSlope: leastSlope, origin: origin)
  }

  /// The same cell, with only the last bursts that kept near to where it is now, and a belief that comes from its
  /// tangents there.
  ///
  /// - Parameters:
  ///   - reach: how far the response is taken to be straight, as a weight.
  ///   - expected: the lines of the array, for what the cell's own leave open.
  func nearby(
    reach: Double, expected: LineBelief, _ noise: Noise
  ) -> LineFilter {
    let center = bursts.last?.reading ?? first
    var from = bursts.count
    while from > 0 {
      let start = bursts[from - 1].before ?? (from > 1 ? bursts[from - 2].reading : first)
      guard abs(start - center) <= reach, abs(bursts[from - 1].reading - center) <= reach else {
        break
      }
      from -= 1
    }
    let array = StraightLines(expected.mean)
    // Tangents of a line that has been wrong so far may be of either sign: no step is below a part of the usual one.
    let least = 0.2 * array.step
    let heights = (max(lines.up(at: center), least), max(lines.down(at: center), least))
    let slopes = (
      max(abs(lines.values[1]), array.values[1]), max(abs(lines.values[3]), array.values[3])
    )
    var covariance = LineCovariance(diagonal: SIMD4(repeating: 0))
    for (place, height, slope, sign) in [
      (0, heights.0, slopes.0, 1.0), (2, heights.1, slopes.1, -1.0),
    ] {
      // A height at the center, and the slope there; the first is that at weight 0.
      let (height, slope) = (0.5 * height, 0.7 * slope)
      let arm = sign * center * slope
      covariance[place][place] = height * height + arm * arm
      covariance[place][place + 1] = arm * slope
      covariance[place + 1][place] = arm * slope
      covariance[place + 1][place + 1] = slope * slope
    }
    let belief = LineBelief(
      mean: SIMD4(
        heights.0 + slopes.0 * center, slopes.0, heights.1 - slopes.1 * center, slopes.1),
      covariance: covariance)
    let start = from > 0 ? bursts[from - 1].reading : first
    var cell = LineFilter(reading: start, belief: belief, noise: noise, origin: 0)
    cell.local = belief
    for burst in bursts[from...] { cell.add(burst, noise) }
    cell.replay(from: belief, noise)
    return cell
  }

  /// The standard deviation of the symmetric point after one more burst and a read, which does not depend on what
  /// will be read.
  ///
  /// - Parameter rereads: whether the state is read before the burst, too.
  func deviation(
    after pulses: Int, _ noise: Noise, leastSlope: Double, rereads: Bool
  ) -> Double {
    var ahead = state
    if rereads { ahead.restart(at: weight - origin, variance: noise.read) }
    Self.predict(&ahead, pulses, around: relative, origin: origin, noise)
    ahead.take(0, variance: ahead.weightVariance + noise.read, read: noise.read)
    return ahead.symmetricPoint(leastSlope: leastSlope, origin: origin).deviation
  }

  /// The logarithm of how much likelier the readings are of a cell that answers no pulse than of this one.
  func stuckEvidence(_ noise: Noise) -> Double {
    // Readings of one state: each is predicted by the mean of those before it.
    var (mean, count, score) = (first, 1.0, 0.0)
    for burst in bursts {
      let variance = noise.read * (1 + 1 / count)
      let distance = burst.reading - mean
      score -= (distance * distance / variance + log(variance)) / 2
      count += 1
      mean += distance / count
    }
    return score - logLikelihood
  }

  /// Whether squared innovations are more than the lines and the noise explain.
  var isMisfit: Bool {
    // The first pulse may bring a cell back from beyond its bound.
    if jumps > 2 { return true }
    guard innovationCount > 0 else { return false }
    // Above 3 in the mean, and above what one in a million sums of squares of normal numbers exceeds (Wilson and
    // Hilferty, 1931): it is asked after every burst.
    let count = Double(innovationCount)
    let root = 1 - 2 / (9 * count) + 4.75 * (2 / (9 * count)).squareRoot()
    return innovations > count * max(3, root * root * root)
  }

  /// The end of what the cell was seen at where several bursts ended alike, and took less than they should have; nil
  /// where there is none.
  func stop(_ noise: Noise) -> (weight: Double, isUpper: Bool)? {
    guard jumps >= 2 else { return nil }
    let (visited, width) = (visited, 4 * noise.read.squareRoot())
    let above = bursts.count { $0.pulses > 0 && $0.reading >= visited.upperBound - width }
    if above >= 3 { return (visited.upperBound, true) }
    let below = bursts.count { $0.pulses < 0 && $0.reading <= visited.lowerBound + width }
    return below >= 3 ? (visited.lowerBound, false) : nil
  }

  /// What a pulse up and one down add together at a weight, by its standard deviation.
  func drift(at weight: Double) -> Double {
    let away = weight - origin
    let direction = SIMD4<Double>(1, -away, -1, -away)
    let variance = (direction * covariance.times(direction)).sum()
    return (relative.values * direction).sum() / max(variance, .leastNormalMagnitude).squareRoot()
  }

  /// The weights between which the cell was seen.
  var visited: ClosedRange<Double> {
    bursts.reduce(first...first) {
      min($0.lowerBound, $1.reading)...max($0.upperBound, $1.reading)
    }
  }
}

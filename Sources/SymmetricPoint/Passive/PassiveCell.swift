import Foundation

/// A cell that others pulse and read: what its moves say of its lines.
///
/// The same filter as that of a search (``LineFilter``), which keeps no pulses: there may be millions of them. What is
/// linear around lines that were believed in too early is set right by going through the record once more, around what was
/// found (``PassiveCell/init(reading:belief:variance:around:)``).
struct PassiveCell: Sendable {
  /// The first reading, from which the lines are told.
  let origin: Double
  private(set) var state: LineState
  /// Pulses of each polarity between reads of the cell.
  private(set) var up = 0, down = 0
  /// Reads that tell something: after pulses, from a state that was known.
  private(set) var reads = 0
  /// The sum of their squared innovations by their variances, and how many count.
  private(set) var innovations = 0.0, innovationCount = 0
  /// Readings that no noise explains.
  private(set) var jumps = 0
  /// Lines that steps are linear around; nil for what is known by then.
  private let anchor: StraightLines?
  /// Pulses since the last read, and whether all of them are known.
  private var pending = (up: 0, down: 0), isKnown = true

  /// A cell that was read once.
  ///
  /// - Parameters:
  ///   - belief: what is believed of its lines, as told from the reading.
  ///   - variance: of the reading.
  ///   - anchor: lines that were found before, as told from the reading.
  init(reading: Double, belief: LineBelief, variance: Double, around anchor: StraightLines?) {
    origin = reading
    state = LineState(belief, moved: 0, variance: variance)
    self.anchor = anchor
  }

  /// Begins to learn anew, from where the cell stands.
  mutating func forget(_ belief: LineBelief) {
    let (moved, variance) = (state.moved, state.weightVariance)
    state = LineState(belief, moved: moved, variance: variance)
    (up, down, reads, innovations, innovationCount, jumps) = (0, 0, 0, 0, 0, 0)
  }

  /// Whether there were pulses since the last read.
  var isPending: Bool { !isKnown || pending.up + pending.down > 0 }

  /// Takes pulses.
  mutating func take(_ acts: CellActs, _ noise: LineFilter.Noise) {
    let counts = acts.counts
    pending.up += counts.up
    pending.down += counts.down
    guard isKnown else { return }
    let known = anchor ?? state.lines
    // A bound counts where few pulses lead to it.
    guard max(known.values[1], known.values[3]) > Self.steep, counts.up + counts.down <= 64 else {
      return step(acts.step(known, noise: noise.deviations(known, at: state.moved)), known)
    }
    switch acts {
    case .burst(let count): for _ in 0..<abs(count) { pulse(up: count > 0, known, noise) }
    case .pairs(let pairs):
      for _ in 0..<pairs {
        pulse(up: true, known, noise)
        pulse(up: false, known, noise)
      }
    }
  }

  /// A pulse takes more than this of the way to the bound: some hundred states.
  private static let steep = 0.02

  private mutating func pulse(up isUp: Bool, _ known: StraightLines, _ noise: LineFilter.Noise) {
    let deviations = noise.deviations(known, at: state.moved)
    let one = PulseStep(up: isUp, lines: known, noise: isUp ? deviations.up : deviations.down)
    let (height, place) = isUp ? (0, 1) : (2, 3)
    let (top, slope) = (known.values[height], known.values[place])
    guard slope > Self.steep else { return step(one, known) }
    let sign = isUp ? 1.0 : -1.0
    var byLines = SIMD4<Double>(repeating: 0)
    byLines[height] = sign / slope
    byLines[place] = -sign * top / (slope * slope)
    step(
      one.stopped(
        at: sign * top / slope, byLines: byLines, isUpper: isUp, weight: state.moved,
        spread: max(0, state.weightVariance)), known)
  }

  private mutating func step(_ step: PulseStep, _ known: StraightLines) {
    state.step(
      decay: step.decay, shift: step.shift, gradient: step.gradient(at: state.moved),
      variance: step.variance, around: known)
  }

  /// Takes it that pulses came of which it is not known how many.
  mutating func lose() { isKnown = false }

  /// Takes a reading.
  ///
  /// - Parameters:
  ///   - variance: of the reading around the state, write noise included.
  ///   - repeats: whether a second read without pulses tells something of the state.
  mutating func take(reading: Double, variance: Double, repeats: Bool) {
    let pulses = pending
    pending = (0, 0)
    guard isKnown else {
      isKnown = true
      return state.restart(at: reading - origin, variance: variance)
    }
    guard pulses.up + pulses.down > 0 || repeats else { return }
    let innovation = reading - origin - state.moved
    let expected = state.weightVariance + variance
    guard innovation * innovation <= LineFilter.gate * expected else {
      // Nothing is learnt of the lines, and the state is what was read.
      jumps += 1
      return state.restart(at: reading - origin, variance: variance)
    }
    state.take(innovation, variance: expected, read: variance)
    guard pulses.up + pulses.down > 0 else { return }
    (up, down, reads) = (up + pulses.up, down + pulses.down, reads + 1)
    innovations += innovation * innovation / expected
    innovationCount += 1
  }

  /// The symmetric point and its standard deviation.
  func symmetricPoint(leastSlope: Double) -> (value: Double, deviation: Double) {
    state.symmetricPoint(leastSlope: leastSlope, origin: origin)
  }
}

extension LineFilter.Noise {
  /// Standard deviations of a step of each polarity, where lines are told from about where the cell began.
  fileprivate func deviations(
    _ known: StraightLines, at weight: Double
  ) -> (up: Double, down: Double) {
    guard isMultiplicative else { return (pulse * known.step, pulse * known.step) }
    return (pulse * abs(known.up(at: weight)), pulse * abs(known.down(at: weight)))
  }
}

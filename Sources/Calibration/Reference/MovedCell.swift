import DeviceContract
import SymmetricPoint

/// Where a cell is, and how far a pulse of each polarity moves it, as its moves have shown it so far.
///
/// A pulse moves it by a factor times what is expected at its weight. State and factors have a variance each, and what
/// a read tells beyond its prediction is shared among them by these (a Kalman filter that is linear around the last
/// state). A factor holds near to where it was learnt: it is forgotten by and by as the cell moves on.
struct MovedCell: Sendable {
  /// The state, as a weight, with its variance: of cells with write noise not what is read.
  private(set) var state: Double
  private var stateVariance: Double
  /// For up and for down pulses.
  private var factors: [Polarity: (mean: Double, variance: Double)]

  /// What all cells have in common.
  struct Array: Sendable {
    let expected: ResponseExpectation
    /// Variance of a read around the state, write noise included.
    let readVariance: Double

    /// What is expected of a pulse at a weight: two straight lines, which are not believed where they come to nothing.
    func step(_ polarity: Polarity, at weight: Double) -> Double {
      let window = expected.window
      let part = (weight - (window.lowerBound + window.upperBound) / 2) / (expected.range / 2)
      return expected.step * max(0.1, polarity == .up ? 1 - part : 1 + part)
    }

    /// Variance that a pulse adds.
    func pulseVariance(_ polarity: Polarity, at weight: Double) -> Double {
      let step = expected.isNoiseMultiplicative ? step(polarity, at: weight) : expected.step
      return expected.pulseNoise * step * expected.pulseNoise * step
    }
  }

  /// - Parameter known: the step that a calibration has told, at a weight.
  init(reading: Double, of array: Array, known: (step: Double, weight: Double)? = nil) {
    (state, stateVariance) = (reading, array.readVariance)
    let spread = array.expected.stepSpread
    var factors: [Polarity: (mean: Double, variance: Double)] = [:]
    for polarity in [Polarity.up, .down] {
      factors[polarity] = (1, spread * spread)
      if let known, known.step > 0 {
        let factor = known.step / array.step(polarity, at: known.weight)
        factors[polarity] = (factor, 0.04 * factor * factor)
      }
    }
    self.factors = factors
  }

  /// The mean step of a pulse on the way to another weight.
  func step(_ polarity: Polarity, to weight: Double, _ array: Array) -> Double {
    factor(polarity).mean * array.step(polarity, at: (state + weight) / 2)
  }

  /// How much larger a step may well be than it is believed to be: one standard deviation.
  func doubt(_ polarity: Polarity) -> Double {
    let (mean, variance) = factor(polarity)
    return 1 + variance.squareRoot() / mean
  }

  private func factor(_ polarity: Polarity) -> (mean: Double, variance: Double) {
    factors[polarity] ?? (1, 1)
  }

  /// Takes what was read; no pulse came before it.
  mutating func take(_ reading: Double, _ array: Array) {
    // Write noise stays until the next pulse: a second read of it tells nothing new.
    guard array.expected.writeNoise == 0 else { return }
    let gain = stateVariance / (stateVariance + array.readVariance)
    state += gain * (reading - state)
    stateVariance *= 1 - gain
  }

  /// Takes what was read after some pulses, positive for up.
  mutating func take(_ reading: Double, after pulses: Int, _ array: Array) {
    guard pulses != 0 else { return take(reading, array) }
    let polarity: Polarity = pulses > 0 ? .up : .down
    let count = Double(abs(pulses))
    let sign = pulses > 0 ? 1.0 : -1.0
    var (mean, variance) = factor(polarity)
    // At the middle of the way, where it is known by now.
    let step = array.step(polarity, at: (state + reading) / 2)
    let noise = count * array.pulseVariance(polarity, at: state) + array.readVariance
    let innovation = reading - state - sign * count * mean * step
    let byFactor = count * step
    // A response that is another one here than where it was learnt.
    let most = 9 * (stateVariance + noise + byFactor * byFactor * variance)
    if innovation * innovation > most { variance += 0.25 * max(mean * mean, 0.01) }
    let before = stateVariance + noise - array.readVariance + byFactor * byFactor * variance
    let total = before + array.readVariance
    let old = state
    state += sign * count * mean * step + before / total * innovation
    stateVariance = before * array.readVariance / total
    let share = byFactor * variance / total
    mean = max(Self.leastFactor, mean + sign * share * innovation)
    variance -= share * byFactor * variance
    factors[polarity] = (mean, variance)
    // A tenth of the window may change a step by a quarter: over the whole of it tenfold.
    let way = (state - old) / (0.1 * array.expected.range) * 0.25
    for (polarity, (mean, variance)) in factors {
      factors[polarity] = (mean, min(variance + way * way * mean * mean, max(1, mean * mean)))
    }
  }

  /// Steps that are smaller cannot be told from none.
  private static let leastFactor = 0.01
}

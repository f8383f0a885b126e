import Foundation

/// Some pulses as one step that is linear in the weight and in the lines: for pulses of both polarities in any order.
///
/// ``BurstModel`` is the same in closed form for pulses of one polarity, around a weight.
struct PulseStep: Sendable {
  /// The weight after it is `decay * w + shift`, at the lines around which it is linear.
  var decay = 1.0, shift = 0.0
  /// The derivatives of both by the lines.
  var decayByLines = SIMD4<Double>(repeating: 0), shiftByLines = SIMD4<Double>(repeating: 0)
  /// What the noise of the pulses adds, as a variance.
  var variance = 0.0

  /// No pulse.
  init() {}

  /// One pulse.
  ///
  /// A step that would pass the end of its line, as in cells of few states, ends there: that is the bound of the cell.
  ///
  /// - Parameter noise: the standard deviation of a step.
  init(up isUp: Bool, lines: StraightLines, noise: Double) {
    let sign = isUp ? 1.0 : -1.0
    let (height, place) = isUp ? (0, 1) : (2, 3)
    let (step, slope) = (lines.values[height], lines.values[place])
    variance = noise * noise
    if slope < 1 {
      // A step that grows towards its bound by more than that is that of no cell.
      decay = 1 - max(slope, -0.2)
      shift = sign * step
      decayByLines[place] = -1
      shiftByLines[height] = sign
    } else {
      decay = 0
      shift = sign * step / slope
      shiftByLines[height] = sign / slope
      shiftByLines[place] = -sign * step / (slope * slope)
    }
  }

  /// This step and then another one.
  func then(_ next: PulseStep) -> PulseStep {
    var both = PulseStep()
    both.decay = next.decay * decay
    both.shift = next.decay * shift + next.shift
    both.decayByLines = next.decayByLines * decay + decayByLines * next.decay
    both.shiftByLines = next.decayByLines * shift + shiftByLines * next.decay + next.shiftByLines
    both.variance = next.decay * next.decay * variance + next.variance
    return both
  }

  /// So many of these steps.
  func repeated(_ count: Int) -> PulseStep {
    var (result, factor, rest) = (PulseStep(), self, count)
    while rest > 0 {
      if rest & 1 == 1 { result = result.then(factor) }
      rest >>= 1
      if rest > 0 { factor = factor.then(factor) }
    }
    return result
  }

  /// The derivative of the weight after it by the lines, from a weight on.
  func gradient(at weight: Double) -> SIMD4<Double> { decayByLines * weight + shiftByLines }
}

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
  /// - Parameter noise: the standard deviation of a step.
  init(up isUp: Bool, lines: StraightLines, noise: Double) {
    let sign = isUp ? 1.0 : -1.0
    let (height, place) = isUp ? (0, 1) : (2, 3)
    variance = noise * noise
    // Slopes beyond these are not of any cell; a filter that wanders there must not blow up.
    decay = 1 - min(max(lines.values[place], -0.2), 3)
    shift = sign * lines.values[height]
    decayByLines[place] = -1
    shiftByLines[height] = sign
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

  /// This step where it cannot lead beyond a bound, linear for a weight that is known so well: the mean, the variance and the
  /// derivative of a normal weight that is cut off there.
  ///
  /// - Parameters:
  ///   - bound: the end of a line, where its step is nothing: in cells of few states a pulse, or its noise, would go on.
  ///   - byLines: the derivative of the bound by the lines.
  ///   - isUpper: whether it is above the weights.
  ///   - weight: the weight before.
  ///   - spread: its variance.
  func stopped(
    at bound: Double, byLines: SIMD4<Double>, isUpper: Bool, weight: Double, spread: Double
  ) -> PulseStep {
    let total = decay * decay * spread + variance
    let mean = decay * weight + shift
    let deviation = total.squareRoot()
    let side = isUpper ? 1.0 : -1.0
    let room = side * (bound - mean)
    // The bound is out of sight.
    guard room < 6 * deviation else { return self }
    let gradient = gradient(at: weight)
    var cut = PulseStep()
    guard deviation > 0 else {
      (cut.decay, cut.shift, cut.shiftByLines) = (0, bound, byLines)
      return cut
    }
    let alpha = room / deviation
    let free = erfc(-alpha / 2.0.squareRoot()) / 2
    let density = exp(-alpha * alpha / 2) / (2 * Double.pi).squareRoot()
    // Moments of what would lie beyond.
    let beyond = deviation * (density - alpha * (1 - free))
    let squares = total * ((1 + alpha * alpha) * (1 - free) - alpha * density)
    let left = total + squares - beyond * beyond - 2 * total * (1 - free)
    cut.decay = free * decay
    cut.shift = mean - side * beyond - cut.decay * weight
    cut.shiftByLines = gradient * free + byLines * (1 - free)
    cut.variance = max(0, left - cut.decay * cut.decay * spread)
    return cut
  }
}

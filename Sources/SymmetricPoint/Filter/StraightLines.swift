/// The response of a cell as two straight lines: an up pulse moves the weight by `upStep - upSlope w`, a down pulse
/// by `-(downStep + downSlope w)`.
///
/// Exact for soft bounds and linear steps. In this form, other than by symmetric point and rates, the state after
/// many pulses is almost linear in what is not known.
struct StraightLines: Sendable, Hashable {
  /// upStep, upSlope, downStep, downSlope.
  var values: SIMD4<Double>

  init(_ values: SIMD4<Double>) { self.values = values }

  init(upStep: Double, upSlope: Double, downStep: Double, downSlope: Double) {
    values = SIMD4(upStep, upSlope, downStep, downSlope)
  }

  /// What an up pulse adds at a weight.
  func up(at weight: Double) -> Double { values[0] - values[1] * weight }

  /// What a down pulse takes away at a weight.
  func down(at weight: Double) -> Double { values[2] + values[3] * weight }

  /// The same lines, told from another weight than 0.
  func around(_ weight: Double) -> StraightLines {
    StraightLines(
      upStep: up(at: weight), upSlope: values[1], downStep: down(at: weight),
      downSlope: values[3])
  }

  /// The mean step at weight 0, which cycle-to-cycle noise is relative to.
  var step: Double { (abs(values[0]) + abs(values[2])) / 2 }

  /// The derivative of the symmetric point by the lines.
  func direction(leastSlope: Double) -> SIMD4<Double> {
    let slope = max(values[1] + values[3], leastSlope)
    let point = (values[0] - values[2]) / slope
    return SIMD4(1, -point, -1, -point) / slope
  }

  /// Where the two lines meet, for slopes of at least a least sum.
  func symmetricPoint(leastSlope: Double) -> Double {
    (values[0] - values[2]) / max(values[1] + values[3], leastSlope)
  }
}

/// Many pulses of one polarity as one linear step of the state, around given lines.
struct BurstModel {
  /// What is left of the state before.
  let decay: Double
  /// The mean state after it is `decay * w + shift`, at the lines around which it is linear.
  let shift: Double
  /// Derivative of the state after it by the lines.
  let gradient: SIMD4<Double>
  /// Variance that the pulses add, for a noise of 1 a pulse.
  let variance: Double

  /// Slopes beyond these are not of any cell; a filter that wanders there must not blow up.
  private static let slopes = -0.2...0.5

  /// - Parameters:
  ///   - pulses: positive for up.
  ///   - weight: the state before, at which the product of state and slope is taken.
  init(pulses: Int, lines: StraightLines, weight: Double) {
    let isUp = pulses > 0
    let count = Double(abs(pulses))
    let sign = isUp ? 1.0 : -1.0
    let slope = min(
      max(lines.values[isUp ? 1 : 3], Self.slopes.lowerBound), Self.slopes.upperBound)
    let step = lines.values[isUp ? 0 : 2]
    let sum: Double
    let sumBySlope: Double
    if count * abs(slope) < 1e-4 {
      // The series of what is below, where that would lose its digits.
      let pairs = count * (count - 1) / 2
      decay = 1 - count * slope + pairs * slope * slope
      sum = count - pairs * slope
      sumBySlope = -pairs
      variance = count - 2 * pairs * slope
    } else {
      let rest = BurstModel.power(1 - slope, abs(pulses))
      decay = rest
      sum = (1 - rest) / slope
      sumBySlope = (count * rest / (1 - slope) * slope - (1 - rest)) / (slope * slope)
      variance = (1 - rest * rest) / (1 - (1 - slope) * (1 - slope))
    }
    let decayBySlope = -count * decay / (1 - slope)
    shift = sign * step * sum
    var gradient = SIMD4<Double>(repeating: 0)
    gradient[isUp ? 0 : 2] = sign * sum
    gradient[isUp ? 1 : 3] = decayBySlope * weight + sign * step * sumBySlope
    self.gradient = gradient
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

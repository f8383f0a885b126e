import Foundation

/// The extended Kalman filter over the records of a series.
///
/// Model: hidden state `w' = w + q(w) + step noise`, observed `y = w + c + white noise`, where c is
/// the correlated observation noise (a first-order autoregression, possibly of variance 0). The
/// start of a record is diffuse: its first observation places the state and is not scored. See e.g.
/// Durbin and Koopman, "Time Series Analysis by State Space Methods", 2nd ed., chapters 4, 5.
enum InnovationFilter {
  /// States beyond this many half windows are nonsense, and would overflow a steep response.
  private static let limit = 8.0

  /// Writes the innovation and its relative variance for each state.
  static func run(
    _ step: PulseStep, _ noise: NoiseRatios, states: UnsafePointer<Double>,
    roles: UnsafePointer<UInt8>, pulses: UnsafePointer<UInt8>, count: Int,
    innovations: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    if noise.correlated > 0 {
      runCorrelated(
        step, noise, states: states, roles: roles, pulses: pulses, count: count,
        innovations: innovations, variances: variances)
    } else {
      runWhite(
        step, noise, states: states, roles: roles, pulses: pulses, count: count,
        innovations: innovations, variances: variances)
    }
  }

  private static func runWhite(
    _ step: PulseStep, _ noise: NoiseRatios, states: UnsafePointer<Double>,
    roles: UnsafePointer<UInt8>, pulses: UnsafePointer<UInt8>, count: Int,
    innovations: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    var state = 0.0
    var variance = 0.0
    for index in 0..<count {
      let role = roles[index]
      if role == FitSeries.Role.start {
        state = states[index]
        variance = noise.observation
        innovations[index] = 0
        variances[index] = 1
        continue
      }
      let (move, slope) = step(state, pulses[index])
      let factor = 1 + slope
      state = min(max(state + move, -limit), limit)
      variance = factor * factor * variance + noise.step
      let total = variance + noise.observation
      let innovation = states[index] - state
      innovations[index] = innovation
      variances[index] = total
      if role == FitSeries.Role.used {
        let gain = variance / total
        state += gain * innovation
        variance *= 1 - gain
      }
    }
  }

  private static func runCorrelated(
    _ step: PulseStep, _ noise: NoiseRatios, states: UnsafePointer<Double>,
    roles: UnsafePointer<UInt8>, pulses: UnsafePointer<UInt8>, count: Int,
    innovations: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    let phi = noise.correlation
    let fresh = noise.correlated * (1 - phi * phi)
    var state = 0.0
    var offset = 0.0
    var (p11, p12, p22) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let role = roles[index]
      if role == FitSeries.Role.start {
        // The state is the observation minus both noises, hence the negative covariance.
        state = states[index]
        offset = 0
        p11 = noise.observation + noise.correlated
        p12 = -noise.correlated
        p22 = noise.correlated
        innovations[index] = 0
        variances[index] = 1
        continue
      }
      let (move, slope) = step(state, pulses[index])
      let factor = 1 + slope
      state = min(max(state + move, -limit), limit)
      offset *= phi
      p11 = factor * factor * p11 + noise.step
      p12 = factor * phi * p12
      p22 = phi * phi * p22 + fresh
      let h1 = p11 + p12
      let h2 = p12 + p22
      let total = h1 + h2 + noise.observation
      let innovation = states[index] - state - offset
      innovations[index] = innovation
      variances[index] = total
      if role == FitSeries.Role.used {
        let k1 = h1 / total
        let k2 = h2 / total
        state += k1 * innovation
        offset += k2 * innovation
        p11 -= k1 * h1
        p12 -= k1 * h2
        p22 -= k2 * h2
      }
    }
  }
}

import Foundation

/// The variances of the noises, relative to a common scale which the fit concentrates out.
///
/// With the steady-state gain K of the filter of a random walk seen through white noise, the step
/// noise has variance K^2 and the observation noise 1 - K, so that the innovations have variance 1
/// and both limits (no step noise, no observation noise) are ordinary end points of [0, 1]. The
/// correlated observation noise is a first-order autoregression around 0.
struct NoiseRatios {
  /// Variance of the noise of a step.
  let step: Double
  /// Variance of the white observation noise.
  let observation: Double
  /// Variance of the correlated observation noise.
  let correlated: Double
  /// Correlation of the correlated observation noise from one pulse to the next.
  let correlation: Double

  /// The ratios of the internal parameters: gain, and for the correlated noise its standard
  /// deviation and the logit of its correlation.
  init(_ parameters: UnsafePointer<Double>, correlated hasCorrelated: Bool) {
    let gain = min(max(parameters[0], 0), 1)
    step = gain * gain
    observation = 1 - gain
    correlated = hasCorrelated ? parameters[1] * parameters[1] : 0
    correlation = hasCorrelated ? 1 / (1 + exp(-parameters[2])) : 0
  }

  /// The number of internal parameters.
  static func parameterCount(correlated: Bool) -> Int { correlated ? 3 : 1 }
}

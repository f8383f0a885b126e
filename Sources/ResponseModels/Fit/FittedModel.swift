import Foundation

/// The maximum-likelihood fit of one shape to one curve, in internal units.
struct FittedModel {
  let layout: FitLayout
  /// The internal parameters at the optimum.
  var parameters: [Double]
  /// The response parameters of each direction, unscaled.
  var sides: [[Double]]
  var noise: NoiseRatios
  /// The variance that the noise ratios are relative to, in squared half windows.
  var scale: Double
  /// Twice the negative log-likelihood, less its constant.
  var deviance: Double

  /// The term of the restricted likelihood, once it has been tabulated.
  var restriction: NoiseRestriction?

  /// Takes a solution of the search.
  init(_ objective: FitObjective, _ solution: LeastSquares.Solution) {
    layout = objective.layout
    parameters = solution.parameters
    sides = objective.layout.directions.indices.map { objective.side($0, of: solution.parameters) }
    noise = objective.noise(of: solution.parameters)
    scale = objective.scale(solution.parameters)
    let count = Double(max(1, objective.observationCount))
    deviance = count * log(max(solution.sum / count, FitObjective.smallestScale))
  }

  /// The Bayesian information criterion: lower is better.
  ///
  /// Source: Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978) 461.
  func criterion(count: Int) -> Double {
    deviance + Double(layout.count) * log(Double(max(2, count)))
  }

  /// The model with other parameters and another scale of its noise.
  func withNoise(_ noises: [Double], scale: Double) -> FittedModel {
    var copy = self
    copy.parameters.replaceSubrange(layout.noiseStart..., with: noises)
    copy.scale = scale
    copy.noise = NoiseRatios(noises, correlated: layout.correlated)
    return copy
  }
}

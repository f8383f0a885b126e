import Foundation

/// Finds the maximum-likelihood fit of each shape to a curve.
struct ModelSearch {
  let series: [FitSeries]
  let directions: [PulseDirection]
  /// The fewest states for which a correlated observation noise is considered.
  private static let correlatedCount = 100
  /// The difference of the criterion that correlated noise has to show.
  ///
  /// This is "strong" evidence by Kass and Raftery, Journal of the American Statistical Association
  /// 90 (1995) 773. Noise wrongly taken for it is missing from the steps, where it would widen
  /// intervals.
  private static let strongEvidence = 6.0

  /// The weight of a roughness of one typical step.
  ///
  /// It is the standard deviation of an innovation over the spread of second differences admitted.
  private(set) var roughness = 0.0
  private var linear: FittedModel?
  /// The nearest admitted bounds of power laws; see ``FitLayout/nearestPowers``.
  private var nearestPowers: [Double] = []
  /// By how many deviations of its noise a state may lie beyond the bound.
  ///
  /// Of 200 states at the bound, one is farther beyond it in 5 % of the curves; at 3 deviations it
  /// would be a quarter of them, whose intervals would miss the bound.
  private static let noiseBeyondBound = 3.5

  /// Fits the linear shape, from which the other searches start.
  init(_ series: [FitSeries], _ directions: [PulseDirection]) {
    self.series = series
    self.directions = directions
    var best: FittedModel?
    let layout = FitLayout(shape: .linear, nodes: 0, directions: directions, correlated: false)
    // The likelihood can have a second maximum at a gain of 0.
    for gain in [0.03, 0.3, 0.9] {
      let start = directions.flatMap { _ in [1.0, 0.5] } + [gain]
      let model = search(layout, from: start)
      if best.map({ model.deviance < $0.deviance }) ?? true { best = model }
    }
    linear = best
    // Second differences of the table are expected to stay below about three typical steps. On
    // exact data this vanishes; on noisy data it ties down nodes that few states are near.
    roughness = (best?.scale ?? 0).squareRoot() / 3
    let noise = (best?.scale ?? 0).squareRoot() * (best?.noise.observation ?? 0).squareRoot()
    nearestPowers = directions.indices.map { side in
      let farthest = series.compactMap { $0.states(ofSide: side)?.max() }.max() ?? 0
      return 1 / max(farthest - Self.noiseBeyondBound * noise, 1 / FitLayout.nearestPower)
    }
  }

  /// The number of scored states.
  var count: Int { series.reduce(0) { $0 + $1.usedCount } }

  /// The linear fit without correlated noise.
  var pilot: FittedModel? { linear }

  /// The largest logit of the correlation: a memory of an eighth of the longest record.
  ///
  /// Longer memories cannot be told from step noise.
  var maximumCorrelation: Double {
    let longest = Double(series.flatMap(\.lengths).max() ?? 1)
    return log(max(2, longest / 8))
  }

  /// A least-squares search with the bounds of these data.
  func solver(iterations: Int, tolerance: Double) -> LeastSquares {
    LeastSquares(
      iterations: iterations, tolerance: tolerance, maximumCorrelation: maximumCorrelation)
  }

  private func search(_ layout: FitLayout, from start: [Double]) -> FittedModel {
    let objective = FitObjective(layout, series, roughness: roughness)
    return FittedModel(
      objective, solver(iterations: 100, tolerance: 1e-9).minimise(objective, from: start))
  }

  /// The best fits of the wanted shapes, with or without correlated noise, whichever explains the
  /// data.
  ///
  /// The noise is shared by all shapes so that their scores compare. It is the noise of the best
  /// shape by the Bayesian information criterion: under a shape that is too stiff, the misfit looks
  /// like correlated noise.
  func fit(_ shapes: [ResponseShape]) -> [FittedModel] {
    let white = shapes.map { fit($0, correlated: false) }
    guard count >= Self.correlatedCount else { return white.map(restricted) }
    let isExact = white.contains { $0.scale <= FitObjective.smallestScale * 1e4 }
    guard !isExact else { return white }
    let coloured = zip(shapes, white).map { fit($0, correlated: true, white: $1) }
    let best = { (models: [FittedModel]) in
      models.map { $0.criterion(count: count) }.min() ?? .infinity
    }
    let isClear = best(coloured) + Self.strongEvidence < best(white)
    return (isClear ? coloured : white).map(restricted)
  }

  /// The fit by restricted likelihood, from the fit by likelihood.
  private func restricted(_ model: FittedModel) -> FittedModel {
    guard model.scale > FitObjective.smallestScale * 1e4 else { return model }
    let deviance = model.deviance
    var model = model
    // The tables are exact at the noise that they start from, so a second round settles them.
    for _ in 0..<2 {
      let plain = FitObjective(model.layout, series, roughness: roughness)
      let restriction = NoiseRestriction(
        plain, around: model.parameters, maximumCorrelation: maximumCorrelation)
      let objective = FitObjective(
        model.layout, series, roughness: roughness, restriction: restriction)
      var start = model.parameters
      // A gain of 0 is a stationary point of the likelihood, but not of the restricted one.
      start[model.layout.noiseStart] = max(start[model.layout.noiseStart], 2 / Double(count))
      let solution = solver(iterations: 100, tolerance: 1e-9).minimise(objective, from: start)
      model = FittedModel(objective, solution)
      model.restriction = restriction
    }
    // Restricted likelihoods of different shapes do not compare; likelihoods do.
    model.deviance = deviance
    return model
  }

  private func fit(
    _ shape: ResponseShape, correlated: Bool, white: FittedModel? = nil
  ) -> FittedModel {
    let counts = shape == .piecewise ? Self.nodeCounts : [0]
    var best: FittedModel?
    for nodes in counts {
      let layout = FitLayout(
        shape: shape, nodes: nodes, directions: directions, correlated: correlated,
        nearestPowers: nearestPowers)
      for start in starts(layout, white: white) {
        let model = search(layout, from: start)
        let isBetter =
          best.map { model.criterion(count: count) < $0.criterion(count: count) } ?? true
        if isBetter { best = model }
      }
      // More segments than half the states on a side would leave nodes without any.
      let states = series.reduce(0) { $0 + $1.states.count } / max(1, directions.count)
      if nodes * 4 > min(states, series.map(\.states.count).min() ?? 0) { break }
    }
    return best
      ?? search(
        FitLayout(shape: .linear, nodes: 0, directions: directions, correlated: false),
        from: directions.flatMap { _ in [1.0, 0.5] } + [0.3])
  }

  /// Numbers of nodes tried: 2, 3, 4, 6, 8 and 10 segments.
  private static let nodeCounts = [3, 4, 5, 7, 9, 11]

  /// Starting points of a search: the linear fit in the terms of the shape, bent both ways.
  private func starts(_ layout: FitLayout, white: FittedModel?) -> [[Double]] {
    let gain = linear?.parameters.last ?? 0.3
    let lines = directions.indices.map { index -> (height: Double, slope: Double) in
      guard let linear else { return (1, 0) }
      return (linear.parameters[2 * index], linear.parameters[2 * index + 1])
    }
    var noises = [[gain]]
    if layout.correlated {
      noises = [[min(gain, 0.03), 1, 1.5], [min(gain, 0.2), 0.5, 2.5]]
    }
    var sides: [[Double]] = []
    switch layout.shape {
    case .linear:
      sides = [lines.flatMap { [$0.height, $0.slope] }]
    case .exponential:
      sides = [0.5, -1.5, 2].map { bend in lines.flatMap { [$0.height, $0.slope, bend] } }
    case .power:
      sides = [(0.8, 1.0), (0.3, 1.5)].map { inverse, slope in
        lines.flatMap { line in
          let height = max(line.height, 0.05)
          return [height, min(max(line.slope / height, 0.1), 3) * slope / inverse, inverse]
        }
      }
    case .piecewise:
      sides = [
        lines.flatMap { line in
          (0..<layout.nodes).map { node in
            let x = 2 * Double(node) / Double(layout.nodes - 1) - 1
            return max(0.05, line.height - line.slope * x)
          }
        }
      ]
    }
    if layout.correlated, let white, white.layout.nodes == layout.nodes {
      sides = [Array(white.parameters[..<white.layout.noiseStart])]
    }
    return sides.flatMap { side in noises.map { side + $0 } }
  }
}

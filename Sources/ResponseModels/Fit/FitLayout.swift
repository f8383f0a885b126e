/// Where the internal parameters of a model stand in one vector: up, down, noise.
struct FitLayout {
  let shape: ResponseShape
  /// The number of nodes of a piecewise response.
  let nodes: Int
  /// The directions which the model describes.
  let directions: [PulseDirection]
  /// Whether there is a correlated observation noise.
  let correlated: Bool
  /// The largest inverse distance, in half windows, of the bound of a power law in each direction.
  ///
  /// It keeps the bound from cutting off the steps inside the measured states; see ``ModelSearch``.
  var nearestPowers: [Double] = []

  /// The number of response parameters of one direction.
  var sideCount: Int { shape.parameterCount(nodes: nodes) }
  /// The place of the first noise parameter.
  var noiseStart: Int { sideCount * directions.count }
  /// The number of all parameters.
  var count: Int { noiseStart + NoiseRatios.parameterCount(correlated: correlated) }

  /// Largest exponent of an exponential over half a window, either way.
  static let steepestExponent = 12.0
  /// The exponents of a power law: from nearly a constant step to nearly an exponential one.
  static let powerExponents = 0.1...5.0
  /// Smallest inverse distance of the bound of a power law: three windows beyond the window.
  static let flattestPower = 1.0 / 7
  /// Largest inverse distance of the bound of a power law, whatever the data.
  static let nearestPower = 1.5

  /// The lowest and the highest admitted value of each parameter.
  ///
  /// Step-like parameters are in units of the typical step of their direction. The bounds of the
  /// others only keep the search away from where a further change has no effect: exponents of 12
  /// over half a window are steps at the two ends that differ by exp(24). Power laws are kept to
  /// what a device can be: with a free exponent and bound they imitate steps that end abruptly
  /// amid measured states, and exponentials with bounds far from anything measured.
  func bounds(maximumCorrelation: Double) -> (low: [Double], high: [Double]) {
    var low: [Double] = []
    var high: [Double] = []
    for index in directions.indices {
      switch shape {
      case .linear:
        low += [-1e4, -1e4]
        high += [1e4, 1e4]
      case .exponential:
        low += [-1e4, -1e4, -Self.steepestExponent]
        high += [1e4, 1e4, Self.steepestExponent]
      case .power:
        let nearest = nearestPowers.indices.contains(index) ? nearestPowers[index] : .infinity
        low += [0, Self.powerExponents.lowerBound, Self.flattestPower]
        high += [1e4, Self.powerExponents.upperBound, min(nearest, Self.nearestPower)]
      case .piecewise:
        low += [Double](repeating: 0, count: nodes)
        high += [Double](repeating: 1e4, count: nodes)
      }
    }
    low.append(0)
    high.append(1)
    if correlated {
      low += [1e-3, 0]
      high += [10, maximumCorrelation]
    }
    return (low, high)
  }

  /// Whether a parameter of a side scales with the typical step.
  func isStep(_ parameter: Int) -> Bool {
    switch shape {
    case .linear, .piecewise: true
    case .exponential: parameter < 2
    case .power: parameter == 0
    }
  }
}

import Foundation

/// The reported quantities of a fitted model, as one vector that the bootstrap can work on.
struct FitQuantities {
  /// The place of each quantity that every shape has; the parameters of the shape follow.
  enum Place: Int, CaseIterable {
    case symmetricPoint, granularity, stepNoise, observationNoise, relativeStepNoise
    case relativeObservationNoise, correlatedNoise, correlationLength, meanUp, meanDown
  }

  /// How the interval of a quantity is made.
  static func rule(_ place: Place) -> IntervalRule {
    switch place {
    case .stepNoise, .observationNoise, .relativeStepNoise, .relativeObservationNoise,
      .correlatedNoise, .correlationLength:
      .percentile
    case .symmetricPoint: .hull
    case .meanUp, .meanDown: .reflected
    case .granularity: .hullSize
    }
  }

  /// How the interval of a parameter of a shape is made.
  static func rule(_ shape: ResponseShape, parameter name: String) -> IntervalRule {
    shape == .linear && !name.hasPrefix("b") ? .reflected : .percentile
  }

  /// The middle of the measured window in the unit of the fit, and half its width.
  let middle: Double
  let half: Double
  /// The internal coordinate at which the granularity is taken.
  let origin: Double
  /// How far from the middle of the window, in half windows, a symmetric point is looked for.
  ///
  /// Mixed pulses drive the state to the symmetric point, often from one side, and so measure it at
  /// the end of the window; its error then reaches beyond.
  let reach: Double
  let directions: [PulseDirection]
  /// Observed internal states of each direction, over which mean steps are taken.
  let samples: [[Double]]

  /// Takes the frame from the data; the samples are thinned out to at most 50 a direction.
  init(middle: Double, half: Double, directions: [PulseDirection], series: [FitSeries]) {
    self.middle = middle
    self.half = half
    self.directions = directions
    origin = abs(middle) <= half ? -middle / half : 0
    reach = series.contains { $0.sides.count > 1 } ? 1.25 : 1
    samples = directions.indices.map { side in
      let states = series.compactMap { $0.states(ofSide: side) }.first ?? []
      let stride = max(1, states.count / 50)
      return Swift.stride(from: stride / 2, to: states.count, by: stride).map { states[$0] }
    }
  }

  /// The response of a direction, or nil if the model has none.
  func side(_ direction: PulseDirection, of model: FittedModel) -> ResponseSide? {
    guard let index = directions.firstIndex(of: direction) else { return nil }
    return ResponseSide(
      direction: direction, shape: model.layout.shape, middle: middle, half: half,
      coefficients: model.sides[index])
  }

  /// The quantities of a model; absent ones are infinite.
  ///
  /// - Parameters:
  ///   - model: the fitted model.
  ///   - openLimits: whether parameters at the limit of the search count as infinite.
  func values(of model: FittedModel, openLimits: Bool = false) -> [Double] {
    let up = side(.up, of: model)
    let down = side(.down, of: model)
    let scale = model.scale.squareRoot() * half
    let atOrigin = [up?.internalStep(origin), down?.internalStep(-origin)].compactMap { $0 }
    let granularity = half * atOrigin.reduce(0) { $0 + abs($1) } / Double(max(1, atOrigin.count))
    var values = [Double](repeating: .infinity, count: Place.allCases.count)
    if let up, let down {
      let place = SymmetricCrossing.find(up: up, down: down, reach: reach)
      values[Place.symmetricPoint.rawValue] = middle + half * place
    }
    values[Place.granularity.rawValue] = granularity
    placeNoise(of: model, in: &values)
    values[Place.correlatedNoise.rawValue] = scale * model.noise.correlated.squareRoot()
    let phi = model.noise.correlation
    values[Place.correlationLength.rawValue] = phi > 0 ? -1 / log(phi) : 0
    for (index, direction) in directions.enumerated() {
      guard let side = side(direction, of: model) else { continue }
      let sum = samples[index].reduce(0) { $0 + side.internalStep($1) }
      let place = direction == .up ? Place.meanUp : Place.meanDown
      values[place.rawValue] = half * sum / Double(max(1, samples[index].count))
    }
    for side in [up, down] {
      values += side?.parameters(openLimits: openLimits).map(\.value) ?? []
    }
    return values
  }

  /// Puts the noises of a model into a vector of quantities, and their ratios to its granularity.
  ///
  /// A replicate takes the noises that it was drawn with (see ``NoiseProfile``): those scatter as
  /// the data leave it open, and those refitted to the replicate would scatter twice. Beside
  /// correlated noise, the profile does not cover all that is open about the observation noise, and
  /// the refitted one stays.
  func placeNoise(of model: FittedModel, replicate: Bool = false, in values: inout [Double]) {
    let scale = model.scale.squareRoot() * half
    let granularity = values[Place.granularity.rawValue]
    values[Place.stepNoise.rawValue] = scale * model.noise.step.squareRoot()
    if !(replicate && model.layout.correlated) {
      values[Place.observationNoise.rawValue] = scale * model.noise.observation.squareRoot()
    }
    guard granularity > 0 else { return }
    for (place, ratio) in [
      (Place.stepNoise, Place.relativeStepNoise),
      (.observationNoise, .relativeObservationNoise),
    ] {
      values[ratio.rawValue] = values[place.rawValue] / granularity
    }
  }

  /// The names of the parameters that follow the common quantities.
  func parameterNames(of model: FittedModel) -> [String] {
    [PulseDirection.up, .down].flatMap { side($0, of: model)?.parameters().map(\.name) ?? [] }
  }
}

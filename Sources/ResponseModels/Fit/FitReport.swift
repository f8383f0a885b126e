import Foundation

/// Turns fitted models and their replicates into the public result.
struct FitReport {
  let curve: PulseCurve
  let window: ClosedRange<Double>
  let replicates: Int
  let seed: UInt64
  var models: [FittedModel] = []
  var scores: [[Double]] = []
  /// The replicates of each model.
  var results: [ParametricBootstrap.Result] = []
  /// The replicates of the linear model.
  var line = ParametricBootstrap.Result()

  init(curve: PulseCurve, window: ClosedRange<Double>, replicates: Int, seed: UInt64) {
    self.curve = curve
    self.window = window
    self.replicates = replicates
    self.seed = seed
  }

  /// The largest share of replicates that may have no symmetric point on one side of the window.
  private static let largestShareOutside = 0.025

  private typealias Place = FitQuantities.Place

  // MARK: Results

  /// The result of a curve that no model can be fitted to.
  func empty(reason: String) -> ResponseFit {
    func missing(_ quantity: String) -> FitOutcome { .notEnoughData(for: quantity, reason: reason) }
    return ResponseFit(
      source: curve.source, low: scaled(window.lowerBound), high: scaled(window.upperBound),
      scale: scale, upCount: curve.count(.up), downCount: curve.count(.down), candidates: [],
      chosenShape: nil, symmetricPoint: missing("symmetric point"),
      granularity: missing("granularity"), granularityPoint: 0, stepNoise: missing("step noise"),
      relativeStepNoise: missing("relative step noise"),
      observationNoise: missing("observation noise"),
      relativeObservationNoise: missing("relative observation noise"), correlatedNoise: nil,
      correlationLength: nil, meanUpStep: missing("mean up step"),
      meanDownStep: missing("mean down step"), replicates: replicates, seed: seed)
  }

  /// The result of the fitted models.
  func result(_ quantities: FitQuantities, _ search: ModelSearch) -> ResponseFit {
    let chosen =
      CrossValidation.choose(
        models.indices.map { (models[$0].layout.shape, scores[$0]) }) ?? 0
    guard models.indices.contains(chosen) else { return empty(reason: "no shape was asked for") }
    let values = quantities.values(of: models[chosen])
    let rivals = rivals(of: chosen, count: search.count).map {
      (results[$0], quantities.values(of: models[$0]))
    }
    func estimate(_ place: Place) -> Estimate {
      let own = results[chosen].interval(place, values[place.rawValue])
      return rivals.reduce(own) { joined, rival in
        let other = rival.0.interval(place, rival.1[place.rawValue])
        return Estimate(
          value: own.value, low: min(joined.low, other.low), high: max(joined.high, other.high))
      }
    }
    let means = meanSteps(quantities, estimate)
    let isStill = means.contains { $0.value.reason != nil && has($0.key, quantities) }
    func ratio(_ place: Place, _ name: String) -> FitOutcome {
      let found = estimate(place)
      guard !isStill, found.value.isFinite, found.isBounded else {
        return .notEnoughData(
          for: name, reason: "the granularity, by which it is divided, cannot be told from zero")
      }
      return .determined(found)
    }
    func noise(_ place: Place) -> FitOutcome { .determined(estimate(place)) }
    let granularity: FitOutcome
    if isStill || estimate(.granularity).low <= 0 {
      granularity = .notEnoughData(
        for: "granularity",
        reason: "the mean step of a direction cannot be told from zero; apply more pulses")
    } else {
      granularity = .determined(estimate(.granularity))
    }
    let hasCorrelated = models[chosen].layout.correlated
    return ResponseFit(
      source: curve.source, low: scaled(window.lowerBound), high: scaled(window.upperBound),
      scale: scale, upCount: curve.count(.up), downCount: curve.count(.down),
      candidates: candidates(quantities), chosenShape: models[chosen].layout.shape,
      symmetricPoint: symmetricPoint(
        estimate(.symmetricPoint), results[chosen].rows.map { $0[Place.symmetricPoint.rawValue] },
        means, quantities),
      granularity: granularity,
      granularityPoint: quantities.middle + quantities.half * quantities.origin,
      stepNoise: noise(.stepNoise),
      relativeStepNoise: ratio(.relativeStepNoise, "relative step noise"),
      observationNoise: noise(.observationNoise),
      relativeObservationNoise: ratio(.relativeObservationNoise, "relative observation noise"),
      correlatedNoise: hasCorrelated ? estimate(.correlatedNoise) : nil,
      correlationLength: hasCorrelated ? estimate(.correlationLength) : nil,
      meanUpStep: means[.up] ?? .notEnoughData(for: "mean up step", reason: "not measured"),
      meanDownStep: means[.down]
        ?? .notEnoughData(for: "mean down step", reason: "not measured"),
      replicates: replicates, seed: seed)
  }

  // MARK: Parts

  /// The other closed forms that the data do not rule out.
  ///
  /// What all shapes have in common is read off the chosen one, but data that cannot tell it from
  /// another do not say more than both: with the intervals of the chosen shape alone, the
  /// granularity of a power law with 200 states a direction was covered in 27 of 40 curves only. So
  /// the shapes within two standard errors of the best score, and the likeliest one (by the
  /// Bayesian information criterion, which sees local misfit that the prediction of whole blocks
  /// does not), widen the intervals. Tables are left out: they approximate every other shape, and
  /// would widen them all.
  private func rivals(of chosen: Int, count: Int) -> [Int] {
    let likeliest = models.indices.min {
      models[$0].criterion(count: count) < models[$1].criterion(count: count)
    }
    let rivals = Set(CrossValidation.eligible(scores, errors: 2) + [likeliest ?? chosen])
    return rivals.sorted().filter { $0 != chosen && models[$0].layout.shape != .piecewise }
  }

  /// The way from the unit of the fit to the unit of the curve.
  private var scale: ResponseFit.Scale {
    switch curve.quantity {
    case .weight:
      ResponseFit.Scale(quantity: .weight, offset: 0, unit: 1)
    case .siemens:
      ResponseFit.Scale(
        quantity: .siemens, offset: (window.lowerBound + window.upperBound) / 2,
        unit: (window.upperBound - window.lowerBound) / 2)
    }
  }

  /// A state in the unit of the fit.
  private func scaled(_ state: Double) -> Double {
    scale.unit > 0 ? (state - scale.offset) / scale.unit : 0
  }

  private func has(_ direction: PulseDirection, _ quantities: FitQuantities) -> Bool {
    quantities.directions.contains(direction)
  }

  /// The mean step of each direction, with the line's verdict on whether it can be told from zero.
  private func meanSteps(
    _ quantities: FitQuantities, _ estimate: (Place) -> Estimate
  ) -> [PulseDirection: FitOutcome] {
    var outcomes: [PulseDirection: FitOutcome] = [:]
    for direction in PulseDirection.allCases {
      let name = "mean \(direction.rawValue) step"
      guard has(direction, quantities) else {
        outcomes[direction] = .notEnoughData(
          for: name,
          reason: "the \(direction.rawValue) branches have \(curve.count(direction)) states; at "
            + "least \(ResponseFitter.fewestStates) in branches of two or more are needed")
        continue
      }
      let place = direction == .up ? Place.meanUp : .meanDown
      let found = estimate(place)
      let sorted = line.rows.map { $0[place.rawValue] }.sorted()
      let interval = (
        low: IntervalRule.quantile(sorted, 0.025), high: IntervalRule.quantile(sorted, 0.975)
      )
      if interval.high < 0 {
        outcomes[direction] = .notEnoughData(
          for: name,
          reason: "the steps go the wrong way (95 % interval \(format(interval.low)) to "
            + "\(format(interval.high)) in the \(direction.rawValue) direction); the columns or "
            + "polarities may be swapped")
      } else if interval.low <= 0 || found.low < 0 {
        let low = format(min(interval.low, found.low))
        outcomes[direction] = .notEnoughData(
          for: name,
          reason: "its 95 % interval, \(low) to \(format(max(interval.high, found.high))), "
            + "reaches zero; apply more pulses")
      } else {
        outcomes[direction] = .determined(found)
      }
    }
    return outcomes
  }

  private func symmetricPoint(
    _ found: Estimate, _ replicates: [Double], _ means: [PulseDirection: FitOutcome],
    _ quantities: FitQuantities
  ) -> FitOutcome {
    func missing(_ reason: String) -> FitOutcome {
      .notEnoughData(for: "symmetric point", reason: reason)
    }
    for direction in PulseDirection.allCases {
      if let reason = means[direction]?.reason {
        return missing("mean \(direction.rawValue) step: \(reason)")
      }
    }
    guard found.value.isFinite else {
      return missing(
        "up steps are \(found.value > 0 ? "larger" : "smaller") than down steps all over the "
          + "measured window; measure a wider window")
    }
    let count = Double(max(1, replicates.count))
    let below = Double(replicates.count { $0 == -.infinity }) / count
    let above = Double(replicates.count { $0 == .infinity }) / count
    guard max(below, above) <= Self.largestShareOutside else {
      return missing(
        "the responses of \(format(100 * below)) % of the replicates cross below and of "
          + "\(format(100 * above)) % above the measured window (fitted: \(format(found.value))); "
          + "measure more pulses or a wider window")
    }
    guard found.isBounded, found.width <= 2 * quantities.half else {
      return missing(
        "its 95 % interval, \(format(found.low)) to \(format(found.high)), is wider than the "
          + "measured window; measure more pulses")
    }
    return .determined(found)
  }

  private func candidates(_ quantities: FitQuantities) -> [ResponseCandidate] {
    let means = scores.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
    let best = means.indices.max { means[$0] < means[$1] } ?? 0
    return models.indices.map { index in
      let names = quantities.parameterNames(of: models[index])
      let values = quantities.values(of: models[index])
      let start = Place.allCases.count
      let parameters = names.enumerated().map { offset, name in
        let rule = FitQuantities.rule(models[index].layout.shape, parameter: name)
        return FitParameter(
          name: name,
          estimate: rule.interval(
            values[start + offset], results[index].rows.map { $0[start + offset] }))
      }
      let isScored = !scores[index].isEmpty && means[index].isFinite
      let difference = CrossValidation.difference(scores[best], scores[index])
      return ResponseCandidate(
        shape: models[index].layout.shape, parameters: parameters,
        up: quantities.side(.up, of: models[index]),
        down: quantities.side(.down, of: models[index]), score: isScored ? means[index] : nil,
        scoreBelowBest: isScored ? difference.mean : nil,
        scoreStandardError: isScored ? difference.error : nil,
        failure: isScored ? nil : "no block of states could be held out: too few states")
    }
  }

  private func format(_ value: Double) -> String {
    value.isFinite ? String(format: "%.4g", value) : value > 0 ? "infinity" : "-infinity"
  }
}

extension QuadraticToy {
  /// The sums of a run.
  struct Course {
    let toy: QuadraticToy
    let points: [[Double]]
    let best: [Float]
    /// The weights before the first step.
    let start: [Float]
    var course = [Outcome.Point]()
    /// Sums over the averaged steps, one entry a cell.
    var weights: [Double]
    var slow: [Double]
    var sigma: [Double]
    var beyond: [Double]
    var squares = 0.0
    /// The sum of E|g| over all steps.
    var effort = 0.0
    /// Parts of the start's distance that are left in the fast array, its average and the copy, by the mean dynamics.
    var left = (fast: 1.0, average: 1.0, copy: 1.0)
    var last: (fast: [Float], reference: [Float]?) = ([], nil)

    init(_ toy: QuadraticToy, points: [[Double]], best: [Float], weights: Matrix) {
      (self.toy, self.points, self.best) = (toy, points, best)
      start = weights.values
      self.weights = Array(repeating: 0, count: best.count)
      (slow, sigma, beyond) = (self.weights, self.weights, self.weights)
    }

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - weights: where the gradient was taken.
    ///   - arrays: what was read last.
    mutating func take(
      step: Int, gradient: Matrix, weights: Matrix, arrays: [Matrix?],
      reference: (any SymmetricPointTracker)?
    ) {
      let isAveraged = step >= toy.steps - toy.averaged
      let isPoint = (step + 1) % toy.interval == 0 || step + 1 == toy.steps
      let effort = gradient.values.reduce(0.0) { $0 + Double(abs($1)) } / Double(best.count)
      self.effort += effort
      relax(step: step, effort: effort)
      guard isAveraged || isPoint else { return }
      let followed = (reference as? ChoppedAverage)?.running.estimate ?? reference?.estimate
      if isAveraged {
        let used = reference?.estimate.values ?? toy.toldValues(points)
        for cell in best.indices {
          self.weights[cell] += Double(weights.values[cell])
          let error = Double(weights.values[cell] - best[cell])
          squares += error * error
          sigma[cell] += Double(abs(gradient.values[cell]))
          guard let fast = arrays.first ?? nil, arrays.count > 1, let slow = arrays[1] else {
            continue
          }
          self.slow[cell] += Double(slow.values[cell])
          beyond[cell] += Double(abs(fast.values[cell] - (used?[cell] ?? 0)))
        }
      }
      if isPoint { addPoint(step: step, weights: weights, followed: followed) }
      last = (arrays.first.flatMap { $0?.values } ?? [], followed?.values)
    }

    /// One step of the mean dynamics under a chopper that turns over regularly.
    ///
    /// The gradient of the mixed weight pulls the fast array towards its copy: without that, what is left would be
    /// exp(-a Sigma k / tau), as P6 has it, which is too fast where gamma L is not small against Sigma / tau.
    private mutating func relax(step: Int, effort: Double) {
      let dynamics = toy.rule.dynamics
      guard let period = dynamics.period, let gain = dynamics.gain else { return }
      let pull = Double(toy.curvature * dynamics.gamma) * (left.fast - left.copy)
      left.fast -= Double(dynamics.fastRate) * (pull + effort / Double(toy.tau) * left.fast)
      left.average += Double(gain) * (left.fast - left.average)
      if (step + 1) % period == 0 { left.copy = left.average }
    }

    private mutating func addPoint(step: Int, weights: Matrix, followed: Matrix?) {
      var point = Outcome.Point(
        step: step + 1, weightError: rms(zip(weights.values, best).map { Double($0 - $1) }))
      if let followed {
        let errors = zip(followed.values, points[0]).map { Double($0) - $1 }
        point.referenceError = rms(errors)
        let square = points[0].reduce(0) { $0 + $1 * $1 }
        point.left = -zip(errors, points[0]).reduce(0) { $0 + $1.0 * $1.1 } / square
        if toy.rule.dynamics.period != nil { point.leftPredicted = left.average }
      }
      course.append(point)
    }

    /// What all steps have shown.
    func outcome() -> Outcome {
      let count = Double(toy.averaged)
      let biases = best.indices.map { weights[$0] / count - Double(best[$0]) }
      let sigmas = sigma.map { $0 / count }
      let meanSigma = sigmas.reduce(0, +) / Double(best.count)
      let predicted = predictions(sigmas)
      var result = Outcome(
        course: course, sigma: meanSigma, bias: mean(biases), biasError: 0,
        weightError: rms(biases), floor: (squares / count / Double(best.count)).squareRoot())
      let rests = predicted.map { zip(biases, $0).map { $0 - $1 } } ?? biases
      let middle = mean(rests)
      let scatter = rms(rests.map { $0 - middle })
      result.biasError = scatter / Double(best.count).squareRoot()
      if let predicted {
        result.biasPredicted = mean(predicted)
        let agreement = Agreement(biases, with: predicted)
        let spread = rms(predicted.map { $0 - mean(predicted) })
        (result.slope, result.slopeError) = (agreement.slope, result.biasError / spread)
      }
      if let reference = last.reference {
        let values = reference.map(Double.init)
        result.reference = Agreement(values, with: points[0])
        result.restingPoint = restingPoints().map { Agreement(values, with: $0) }
      }
      if points.count == 2 {
        result.slowPull = Agreement(biases, with: zip(points[1], best).map { $0 - Double($1) })
      }
      if !last.fast.isEmpty {
        result.fastError = rms(zip(last.fast, points[0]).map { Double($0) - $1 })
      }
      if !last.fast.isEmpty, toy.rule.dynamics.fastRate > 0 {
        let (rate, noise) = (Double(toy.rule.dynamics.fastRate), Double(toy.noise))
        result.fastErrorPredicted =
          (rate * noise * noise * Double(toy.tau) / (2 * meanSigma)).squareRoot()
        result.decaySteps = Double(toy.tau) / (rate * meanSigma)
      }
      return result
    }

    /// The bias of each cell.
    private func predictions(_ sigmas: [Double]) -> [Double]? {
      let (curvature, tau, count) = (Double(toy.curvature), Double(toy.tau), Double(toy.averaged))
      switch toy.rule {
      case .analogSGD:
        // P4.
        return best.indices.map {
          sigmas[$0] / (curvature * tau + sigmas[$0]) * (points[0][$0] - Double(best[$0]))
        }
      case .residual:
        guard points.count > 1 else { return nil }
        let told = toy.toldValues(points) ?? Array(repeating: 0, count: best.count)
        // P5, with what the slow array's own points add (P7): it rests where P - reference has the mean
        // E|P - reference| G.
        return best.indices.map { cell in
          let pull = beyond[cell] / count * (slow[cell] / count - points[1][cell]) / tau
          let error = Double(told[cell]) - points[0][cell] + pull
          return -sigmas[cell] * error / (curvature * tau)
        }
      default: return nil
      }
    }

    /// Where the average of RIDER rests on the way of an ideal slow array, docs/training.md.
    private func restingPoints() -> [Double]? {
      let dynamics = toy.rule.dynamics
      guard let gain = dynamics.gain, gain > 0, dynamics.period == nil,
        let rate = dynamics.transferRate
      else { return nil }
      let ratio = Double(rate / gain) * Double(toy.curvature)
      let pull = effort / Double(toy.steps) / Double(toy.tau)
      let from = toy.toldValues(points) ?? Array(repeating: 0, count: best.count)
      return best.indices.map { cell in
        let way = Double(toy.curvature) * Double(best[cell] - start[cell])
        return (pull * points[0][cell] + ratio * Double(from[cell]) + way) / (pull + ratio)
      }
    }
  }

  func toldValues(_ points: [[Double]]) -> [Float]? {
    switch told {
    case .nothing: nil
    case .value(let value): Array(repeating: value, count: points[0].count)
    case .truth(let error): points[0].map { Float($0) + error }
    }
  }
}

extension RuleSettings {
  /// The numbers of a rule's equations.
  struct Dynamics {
    /// The step on the fast array, a.
    var fastRate: Float
    /// The gain of the average, eta.
    var gain: Float?
    /// The step on the slow array, b.
    var transferRate: Float?
    /// The part of the fast array in the weights.
    var gamma: Float = 0
    /// Steps of a half-period of the chopper.
    var period: Int?
  }

  /// The numbers of the rule's equations, as far as predictions stand on them.
  var dynamics: Dynamics {
    switch self {
    case .analogSGD(let settings): return Dynamics(fastRate: settings.rate)
    case .residual(let settings):
      return Dynamics(
        fastRate: settings.fastRate, transferRate: settings.transferRate, gamma: settings.gamma)
    case .rider(let settings):
      return Dynamics(
        fastRate: settings.fastRate, gain: settings.gain,
        transferRate: settings.writing.rate, gamma: settings.gamma)
    case .erider(let settings):
      let chopper = Chopper(
        columns: 1, probability: settings.chopProbability, isRandom: settings.isRandom)
      return Dynamics(
        fastRate: settings.fastRate,
        gain: settings.gain ?? chopper.gain(tailWeightening: settings.tailWeightening),
        transferRate: settings.writing.rate, gamma: settings.gamma,
        period: settings.isRandom || settings.chopProbability == 0 ? nil : chopper.period)
    default: return Dynamics(fastRate: 0)
    }
  }
}

extension RIDER.Writing {
  /// The step on the slow array, where there is one.
  fileprivate var rate: Float? {
    if case .stochastic(let rate) = self { rate } else { nil }
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func rms(_ values: [Double]) -> Double {
  mean(values.map { $0 * $0 }).squareRoot()
}

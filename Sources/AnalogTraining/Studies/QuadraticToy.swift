public import PulseLedger
import ReproducibleNoise

/// Independent weights with quadratic losses L/2 (w - w*)^2 and noisy gradients, on the arrays of a device: the
/// smallest problem in which update rules show what asymmetric pulses do to them.
///
/// Its predictions are P4 to P7 and the resting points of docs/training.md, for cells of linear response, F = 1 and
/// G = (w - sp) / tau, such as the preset "low-noise". All columns are transferred at every step, so that a rule is
/// what its equations say; what it needs of the device besides pulses are the true symmetric points, which only a
/// simulator knows.
///
/// What was found, on 1,024 cells with pulses of 1/500 to 1/250 of tau, cycle-to-cycle noise and noisy reads:
///
/// - P4 and P5 hold within 1 % and 3 %, which is their statistics, if E|g| is the one that is measured cell by cell and
///   not sigma sqrt(2 / pi): with the latter it would be .086 and not .093. P5 needs what the slow array adds:
///   it rests where the mean of P - reference is E|P - reference| G(W), as if the reference were wrong by that.
/// - The decay of P6, in tau / (a Sigma) steps, holds for small gamma only. The gradient at the mixed weight pulls the
///   fast array towards its copy with gamma L, and the copy follows late: with gamma = .4 the distance takes some 170 steps
///   to fall to 1/e, not 112. With that term the mean dynamics meet the whole course within its noise.
/// - Without chopping the average rests where it was derived to (correlation .98 with its formula, slope .89 to 1.06), which is
///   nowhere near the symmetric points: its error grows from .25 to .37, while chopping brings it to .06.
/// - An average that is slow against a half-period leaves next to no signal: the fast array then swings evenly around its
///   copy, and P - copy is negative after a flip and positive before the next. Weights are off by .24 (rms) after 1,000 steps at
///   p = .05 with a gain of .02, by .06 at p = .01. That is why small p is best, and why a copy of the last visits is
///   better than a good estimate of the point.
/// - P7 holds: E-RIDER's weights are pulled by .15 of the way to the slow array's points. A buffer does not make that less
///   (.16; .15 if it keeps .9 of an entry) at rates at which it fires at nearly every visit.
public struct QuadraticToy: Sendable, Hashable, Codable {
  /// What a rule is told of the symmetric points of its fast array.
  public enum Told: Sendable, Hashable, Codable {
    /// Nothing.
    case nothing
    /// That all are here.
    case value(Float)
    /// The truth plus an error, the same for all cells.
    case truth(error: Float)
  }

  /// How the weights learn; ``RIDER/Settings/width`` and its like are taken to be all columns.
  public var rule: RuleSettings
  /// Rows of the array of weights.
  public var rows = 32
  /// Columns of the array of weights.
  public var columns = 32
  /// The curvature of the losses, L.
  public var curvature: Float = 1
  /// The standard deviation of the noise of gradients, sigma.
  public var noise: Float = 0.5
  /// The mean of the best weights.
  public var optimum: Float = 0
  /// The standard deviation of the best weights.
  public var optimumSpread: Float = 0
  /// Whether the best weights are counted from the symmetric points of the slow array, which then do not pull.
  public var isOptimumAtSlowPoints = false
  /// What the rule is told.
  public var told = Told.nothing
  /// Steps of the training.
  public var steps = 600
  /// Steps at its end over which weights are averaged.
  public var averaged = 300
  /// Steps from one point of the course to the next.
  public var interval = 25
  /// The mean step of a pulse at weight 0.
  public var granularity: Float = 0.002
  /// Distance from a symmetric point to the bounds, tau.
  public var tau: Float = 1
  /// What the random numbers stand on.
  public var seed: UInt64 = 1

  /// The toy with a rule.
  public init(rule: RuleSettings) { self.rule = rule }

  /// Trains on the tiles of a device, from whatever state they are in.
  ///
  /// - Parameter points: the true symmetric points of the cells in use, one array a tile, row-major.
  public func run(on device: MeteredDevice, points: [[Double]]) async throws -> Outcome {
    precondition(points.allSatisfy { $0.count == rows * columns }, "one point a cell")
    let image = ImageShape(channels: 1, height: 1, width: columns)
    var settings = TrainingSettings(
      network: try NetworkDescription(image: image, layers: [.fullyConnected(outputs: rows)]),
      rule: rule.transferring(columns: columns), granularity: granularity, range: 2 * tau)
    (settings.periphery, settings.programsInitialWeights) = (.ideal, false)
    settings.seed = seed
    var trainer = try Trainer(settings, on: device, known: [reference(points[0])])
    try await trainer.prepare()
    let best = optima(points)
    var course = Course(self, points: points, best: best, weights: trainer.weights[0])
    for step in 0..<steps {
      var random = RandomStream(seed: seed, stream: Self.gradients | UInt64(step))
      let weights = trainer.weights[0]
      var gradient = Matrix(rows: rows, columns: columns)
      for cell in best.indices {
        gradient.values[cell] =
          curvature * (weights.values[cell] - best[cell]) + noise * Float(random.gaussian())
      }
      try await trainer.update([.elements(gradient)])
      course.take(
        step: step, gradient: gradient, weights: weights, arrays: trainer.layers[0].mirrors,
        reference: trainer.rules[0].reference)
    }
    return course.outcome()
  }

  /// The best weight of each cell.
  private func optima(_ points: [[Double]]) -> [Float] {
    var random = RandomStream(seed: seed, stream: Self.gradients - 1)
    let slow = points[points.count - 1]
    return (0..<rows * columns).map { cell in
      optimum + optimumSpread * Float(random.gaussian())
        + (isOptimumAtSlowPoints ? Float(slow[cell]) : 0)
    }
  }

  private func reference(_ points: [Double]) -> KnownReference? {
    switch told {
    case .nothing: nil
    case .value(let value): KnownReference(rows: rows, columns: columns, value: value)
    case .truth(let error):
      KnownReference(
        estimate: Matrix(rows: rows, columns: columns, values: points.map { Float($0) + error }),
        spread: Matrix(rows: rows, columns: columns))
    }
  }

  /// Apart from what the trainer draws.
  private static let gradients: UInt64 = 0xD << 56
}

extension RuleSettings {
  /// The same rule with all columns of a layer in each transfer, where it can.
  func transferring(columns: Int) -> RuleSettings {
    switch self {
    case .residual(var settings):
      settings.width = columns
      return .residual(settings)
    case .rider(var settings):
      settings.width = columns
      return .rider(settings)
    case .erider(var settings):
      settings.width = columns
      return .erider(settings)
    case .halfPeriodERIDER(var settings):
      settings.common.width = columns
      return .halfPeriodERIDER(settings)
    case .multiTile(var settings):
      settings.width = columns
      return .multiTile(settings)
    default: return self
    }
  }
}

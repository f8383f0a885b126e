public import AnalogTraining

/// A rule on the quadratic toy, and how the symmetric points of its cells are spread.
public struct QuadraticCase: Sendable {
  /// The rule with what it is told.
  public var name: String
  /// The problem.
  public var toy: QuadraticToy
  /// The mean of the symmetric points.
  public var pointMean: Double
  /// Their standard deviation.
  public var pointSpread: Double

  /// Puts a case together.
  public init(_ name: String, _ toy: QuadraticToy, pointMean: Double, pointSpread: Double) {
    (self.name, self.toy) = (name, toy)
    (self.pointMean, self.pointSpread) = (pointMean, pointSpread)
  }

  /// One case for each prediction.
  public static let all: [QuadraticCase] = {
    var sgd = AnalogSGD.Settings()
    sgd.rate = 0.05
    var descent = QuadraticToy(rule: .analogSGD(sgd))
    (descent.steps, descent.averaged, descent.granularity) = (500, 400, 0.004)
    var cases = [
      QuadraticCase("analog SGD", descent, pointMean: 0.3, pointSpread: 0.2)
    ]
    for (name, told) in [
      ("residual learning, exact reference", QuadraticToy.Told.truth(error: 0)),
      ("residual learning, reference off by .1", .truth(error: 0.1)),
      ("residual learning, no reference", .nothing),
    ] {
      var settings = ResidualLearning.Settings()
      (settings.fastRate, settings.transferRate) = (0.05, 0.03)
      var toy = QuadraticToy(rule: .residual(settings))
      (toy.told, toy.steps, toy.averaged) = (told, 500, 350)
      (toy.optimum, toy.optimumSpread, toy.granularity) = (0.2, 0.1, 0.004)
      cases.append(QuadraticCase(name, toy, pointMean: 0.3, pointSpread: 0.1))
    }
    for probability in [0, 0.01, 0.05, 0.2] {
      cases.append(
        QuadraticCase(
          probability == 0 ? "RIDER" : "E-RIDER, p = \(probability)", tracking(probability),
          pointMean: 0, pointSpread: 0.25))
    }
    return cases
  }()

  private static func tracking(_ probability: Double) -> QuadraticToy {
    var chopped = ERIDER.Settings()
    (chopped.fastRate, chopped.gain, chopped.gamma) = (0.02, 0.02, 0.4)
    (chopped.writing, chopped.chopProbability) = (.stochastic(rate: 0.01), probability)
    var plain = RIDER.Settings()
    (plain.fastRate, plain.gain, plain.gamma) = (0.02, 0.02, 0.4)
    plain.writing = chopped.writing
    var toy = QuadraticToy(rule: probability == 0 ? .rider(plain) : .erider(chopped))
    (toy.told, toy.steps, toy.averaged, toy.interval) = (.value(0), 1_000, 100, 50)
    toy.optimumSpread = 0.3
    return toy
  }

  /// Trains on a simulator of its own.
  public func run(seed: UInt64) async throws -> QuadraticToy.Outcome {
    var toy = toy
    toy.seed = seed
    return try await toy.simulated(pointMean: pointMean, pointSpread: pointSpread)
  }
}

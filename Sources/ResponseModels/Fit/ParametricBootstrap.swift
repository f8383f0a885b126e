import Dispatch
import ReproducibleNoise

/// Refits curves simulated from a fitted model, to see how far estimates scatter.
///
/// Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 6, 13, 14.
struct ParametricBootstrap {
  let replicates: Int
  let seed: UInt64
  let threads: Int

  /// What the replicates of one model say.
  struct Result {
    /// Quantity j of replicate i is `rows[i][j]`.
    var rows: [[Double]] = []
    /// Whether the data are compatible with no step noise.
    var admitsNoStepNoise = true
    /// Whether the data are compatible with no observation noise.
    var admitsNoObservationNoise = true

    /// The interval of a common quantity.
    func interval(_ place: FitQuantities.Place, _ value: Double) -> Estimate {
      let found = FitQuantities.rule(place).interval(value, rows.map { $0[place.rawValue] })
      let reachesZero =
        switch place {
        case .stepNoise, .relativeStepNoise: admitsNoStepNoise
        case .observationNoise, .relativeObservationNoise: admitsNoObservationNoise
        default: false
        }
      return reachesZero ? Estimate(value: value, low: 0, high: found.high) : found
    }
  }

  /// The quantities of each replicate.
  ///
  /// Replicate i of a shape always has the same stream of random numbers, so that the result does
  /// not depend on the number of threads.
  func run(
    _ model: FittedModel, _ search: ModelSearch, _ quantities: FitQuantities
  ) -> Result {
    let profile = NoiseProfile(model, search)
    let simulator = CurveSimulator(model, search.series)
    // The likelihood changes by less than 0.01 for a relative change of 1e-5 at 2000 states.
    let solver = search.solver(iterations: 25, tolerance: 1e-5)
    let layout = model.layout
    var rows = [[Double]](repeating: [], count: replicates)
    let workers = max(1, min(threads, replicates))
    let seed = seed
    let stream = UInt64(1 + (ResponseShape.allCases.firstIndex(of: layout.shape) ?? 0)) << 32
    let count = replicates
    rows.withUnsafeMutableBufferPointer { rows in
      // Each worker writes rows of its own.
      nonisolated(unsafe) let rows = rows
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        let objective = FitObjective(
          layout, search.series, roughness: search.roughness,
          restriction: model.restriction)
        for index in stride(from: worker, to: count, by: workers) {
          var random = RandomStream(seed: seed, stream: stream | UInt64(index))
          let (noise, scale) = profile.draw(&random)
          let truth = model.withNoise(noise, scale: scale)
          objective.replaceStates(simulator.draw(truth, &random))
          let solution = solver.minimise(objective, from: truth.parameters)
          var row = quantities.values(of: FittedModel(objective, solution), openLimits: true)
          quantities.placeNoise(of: truth, replicate: true, in: &row)
          rows[index] = row
        }
      }
    }
    return Result(
      rows: rows, admitsNoStepNoise: profile.admitsNoStepNoise,
      admitsNoObservationNoise: profile.admitsNoObservationNoise)
  }
}

import Foundation

/// Scores shapes by how well they predict contiguous blocks of states that they were not fitted to.
struct CrossValidation {
  let folds: Int

  /// The mean log predictive density of each held-out block of each series.
  ///
  /// For each fold, the model is refitted without the block (the filter runs through it without
  /// corrections), and the block is then predicted in the same way. Contiguous blocks, and not
  /// single states, because neighbours of a state give it away.
  func blockScores(_ model: FittedModel, _ search: ModelSearch) -> [Double] {
    let solver = search.solver(iterations: 40, tolerance: 1e-7)
    var scores: [Double] = []
    // As many blocks in all, whether or not the directions share a series.
    let folds = folds * search.directions.count / max(1, search.series.count)
    for fold in 0..<folds {
      let held = search.series.map { $0.holdingOut(fold: fold, of: folds) }
      let objective = FitObjective(
        model.layout, held, roughness: search.roughness,
        restriction: model.restriction)
      let solution = solver.minimise(objective, from: model.parameters)
      let scale = objective.scale(solution.parameters)
      for index in held.indices {
        let densities = objective.heldOutDensities(index, solution.parameters, scale: scale)
        if !densities.isEmpty { scores.append(densities.reduce(0, +) / Double(densities.count)) }
      }
    }
    return scores
  }

  /// The mean of the differences of paired block scores, and its standard error.
  static func difference(_ best: [Double], _ other: [Double]) -> (mean: Double, error: Double) {
    let differences = zip(best, other).map { $0 - $1 }
    let count = Double(max(1, differences.count))
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / max(1, count - 1) / count).squareRoot())
  }

  /// The shapes whose score is within so many standard errors of the best.
  static func eligible(_ scores: [[Double]], errors: Double = 1) -> [Int] {
    let means = scored(scores)
    guard let best = means.indices.max(by: { means[$0] < means[$1] }) else { return [] }
    return scores.indices.filter {
      let (mean, error) = difference(scores[best], scores[$0])
      return mean <= errors * error
    }
  }

  /// The simplest shape whose score is within one standard error of the best.
  ///
  /// Exponential and power count as equally simple, and the better score decides between them. A
  /// table is the least simple even where it has no more parameters: it extrapolates worst.
  ///
  /// Source: Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3 (1 SE
  /// rule).
  static func choose(_ shapes: [(shape: ResponseShape, scores: [Double])]) -> Int? {
    let means = scored(shapes.map(\.scores))
    return eligible(shapes.map(\.scores)).min {
      let ranks = (rank(shapes[$0].shape), rank(shapes[$1].shape))
      return ranks.0 == ranks.1 ? means[$0] > means[$1] : ranks.0 < ranks.1
    }
  }

  private static func scored(_ scores: [[Double]]) -> [Double] {
    scores.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
  }

  private static func rank(_ shape: ResponseShape) -> Int {
    switch shape {
    case .linear: 0
    case .exponential, .power: 1
    case .piecewise: 2
    }
  }
}

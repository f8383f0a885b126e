import Foundation

/// How relaxation rates and symmetric points are spread over the cells of an array.
///
/// The logarithm of the rate and the symmetric point are taken to be normal over the cells. The
/// parameters of these normals are not fitted but averaged over, each set weighted by how likely it makes
/// the records of all cells: a few cells keep a wide prior, and a large array a sharp one.
struct ArrayPrior {
  /// One set of parameters.
  private struct Normals {
    let meanRate: Double
    let rateSpread: Double
    let pointSpread: Int
    var weight = 1.0

    func density(ofRate x: Double) -> Double {
      let z = (x - meanRate) / rateSpread
      return exp(-0.5 * z * z) / rateSpread
    }
  }

  /// One normal of the posterior of a symmetric point.
  struct Component {
    let rate: RateLikelihood.Rate
    let mean: Double
    let sd: Double
    var weight: Double
  }

  /// Fewer cells than this say nothing about a spread.
  private static let fewestCells = 8

  /// Means over the cells of the first and of the last states, and the error of the latter.
  private let start: Double, end: Double, endVariance: Double
  private let entries: Double
  /// Spreads of the symmetric point that are considered; the last is no prior at all.
  private let pointSpreads: [Double]
  private var mixture: [Normals]

  /// Learns from the cells of an array.
  ///
  /// - Parameters:
  ///   - likelihoods: those of some cells.
  ///   - starts: their first states.
  ///   - states: their last states, which lie on the way to the symmetric points.
  ///   - entries: entries of the record after the first.
  ///   - window: weights that are possible.
  init(
    likelihoods: [RateLikelihood], starts: [Double], states: [Double], entries: Int,
    window: ClosedRange<Double>
  ) {
    let width = window.upperBound - window.lowerBound
    start = starts.sampleMean
    end = states.sampleMean
    endVariance = states.sampleVariance / Double(states.count)
    self.entries = Double(entries)
    if states.count < Self.fewestCells {
      pointSpreads = [width]
    } else {
      pointSpreads = [0.005, 0.015, 0.05, 0.15, 1].map { $0 * width }
    }
    let range = RateLikelihood.coarseRates
    let (low, high) = (range[0], range[range.count - 1])
    var mixture: [Normals] = []
    for point in pointSpreads.indices {
      for spread in [0.15, 0.4, 1.0] {
        for step in 0..<28 {
          mixture.append(
            Normals(
              meanRate: low + (high - low) * Double(step) / 27, rateSpread: spread,
              pointSpread: point))
        }
      }
    }
    self.mixture = mixture
    weigh(likelihoods)
  }

  private mutating func weigh(_ likelihoods: [RateLikelihood]) {
    var scores = Array(repeating: 0.0, count: mixture.count)
    for likelihood in likelihoods {
      let best = likelihood.rates.map(\.logLikelihood).max() ?? 0
      // The part of each rate that does not depend on how rates are spread.
      let masses = pointSpreads.map { spread in
        likelihood.rates.map { evidence(of: $0, spread: spread) * exp($0.logLikelihood - best) }
      }
      for (index, normals) in mixture.enumerated() {
        var sum = 1e-200
        for (rate, mass) in zip(likelihood.rates, masses[normals.pointSpread]) where mass > 1e-12 {
          sum += mass * normals.density(ofRate: rate.logRate)
        }
        scores[index] += log(sum)
      }
    }
    let best = scores.max() ?? 0
    for index in mixture.indices { mixture[index].weight = exp(scores[index] - best) }
    mixture.removeAll { $0.weight < 1e-4 }
  }

  /// Where the cells would meet in the mean, if they all relaxed at a rate: what is left of the way is
  /// added to the mean of the last states, and the error of that mean grows with it.
  private func center(for rate: RateLikelihood.Rate) -> (mean: Double, variance: Double) {
    let done = max(1 - pow(rate.rho, entries), 1e-3)
    return (start + (end - start) / done, endVariance / (done * done))
  }

  /// How likely the spread of symmetric points makes the one that a rate asks for.
  private func evidence(of rate: RateLikelihood.Rate, spread: Double) -> Double {
    let center = center(for: rate)
    let variance = rate.sd * rate.sd + spread * spread + center.variance
    let distance = rate.mean - center.mean
    return exp(-0.5 * distance * distance / variance) / variance.squareRoot()
  }

  /// The posterior of a cell's symmetric point; the weights add up to 1.
  func posterior(of likelihood: RateLikelihood) -> [Component] {
    let best = likelihood.rates.map(\.logLikelihood).max() ?? 0
    var components: [Component] = []
    for (index, spread) in pointSpreads.enumerated() {
      let normals = mixture.filter { $0.pointSpread == index }
      if normals.isEmpty { continue }
      for rate in likelihood.rates {
        let density = normals.reduce(0) { $0 + $1.weight * $1.density(ofRate: rate.logRate) }
        let weight =
          density * evidence(of: rate, spread: spread) * exp(rate.logLikelihood - best)
        let center = center(for: rate)
        let prior = 1 / (spread * spread + center.variance)
        let precision = 1 / (rate.sd * rate.sd) + prior
        let mean = (rate.mean / (rate.sd * rate.sd) + center.mean * prior) / precision
        components.append(
          Component(rate: rate, mean: mean, sd: 1 / precision.squareRoot(), weight: weight))
      }
    }
    let total = components.reduce(0) { $0 + $1.weight }
    guard total > 0 else {
      // The array excludes what the cell says: the cell alone counts.
      let weights = likelihood.rates.map { exp($0.logLikelihood - best) }
      let sum = weights.reduce(0, +)
      return zip(likelihood.rates, weights).map {
        Component(rate: $0, mean: $0.mean, sd: $0.sd, weight: $1 / sum)
      }
    }
    return components.map {
      Component(rate: $0.rate, mean: $0.mean, sd: $0.sd, weight: $0.weight / total)
    }
  }
}

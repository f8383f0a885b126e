import Foundation

/// How the symmetric points of an array are spread, as far as a sample of cells tells that were each measured with an
/// error of their own.
///
/// Points are normal over the array. Of their spread nothing is known before, so that every one within the window is
/// as likely as any other; what follows is averaged over all spreads, each weighted by how likely it makes what was
/// measured (the restricted likelihood of a random-effects model: Higgins, Thompson and Spiegelhalter, J. R. Stat.
/// Soc. A 172:137, 2009). A spread taken from the estimates themselves would have their errors in it.
struct PointPopulation {
  /// The population if the spread is a given one.
  private struct Normal {
    let spread: Double
    let mean: Double
    /// Variance of the mean.
    let variance: Double
    var weight: Double
  }

  private var normals: [Normal] = []
  private let range: Double

  /// - Parameters:
  ///   - points: symmetric points by the cells' own readings, with the variances of their errors; two at least.
  ///   - range: the length of the window.
  ///   - expected: the spread, to within a factor of two; nil where nothing is known before.
  init(_ points: [(value: Double, variance: Double)], range: Double, expected: Double? = nil) {
    self.range = range
    // In steps that resolve the likelihood of a hundred cells, from what no device reaches.
    let spreads = [0] + (0...60).map { 1e-3 * range * pow(500, Double($0) / 60) }
    for (place, spread) in spreads.enumerated() {
      let least = 1e-12 * range * range
      let weights = points.map { 1 / ($0.variance + spread * spread + least) }
      let total = weights.reduce(0, +)
      let mean = zip(points, weights).reduce(0) { $0 + $1.0.value * $1.1 } / total
      let score = zip(points, weights).reduce(-log(total) / 2) {
        $0 + (log($1.1) - ($1.0.value - mean) * ($1.0.value - mean) * $1.1) / 2
      }
      let belief = expected.map { expected in
        // Normal in the logarithm.
        let distance = log(max(spread, least.squareRoot()) / expected) / log(2)
        return -distance * distance / 2 - log(max(spread, least.squareRoot()))
      }
      let (below, above) = (spreads[max(0, place - 1)], spreads[min(spreads.count - 1, place + 1)])
      normals.append(
        Normal(
          spread: spread, mean: mean, variance: 1 / total,
          weight: score + (belief ?? 0) + log((above - below) / 2)))
    }
    let best = normals.map(\.weight).max() ?? 0
    for place in normals.indices { normals[place].weight = exp(normals[place].weight - best) }
    let total = normals.reduce(0) { $0 + $1.weight }
    for place in normals.indices { normals[place].weight /= total }
  }

  /// The mean of the array.
  var mean: Double { normals.reduce(0) { $0 + $1.weight * $1.mean } }

  /// The standard deviation over the array, of which one half is as likely as the other.
  var spread: Double {
    var sum = 0.0
    for normal in normals {
      sum += normal.weight
      if sum >= 0.5 { return normal.spread }
    }
    return range
  }

  /// Half the interval around ``mean`` in which a cell lies that was not measured, with a chance of 95 %.
  var halfWidth: Double {
    let center = mean
    var (low, high) = (0.0, range)
    while high - low > 1e-4 * range {
      let middle = (low + high) / 2
      let inside = normals.reduce(0.0) { sum, normal in
        let scale = (2 * (normal.spread * normal.spread + normal.variance)).squareRoot()
        let (above, below) = (center + middle - normal.mean, center - middle - normal.mean)
        return sum + normal.weight * (erf(above / scale) - erf(below / scale)) / 2
      }
      if inside < 0.95 { low = middle } else { high = middle }
    }
    return high
  }

  /// A cell that was measured, with what the others say of it: its symmetric point and standard deviation.
  func point(of value: Double, variance: Double) -> (value: Double, deviation: Double) {
    var (first, second) = (0.0, 0.0)
    for normal in normals {
      let shared = normal.spread * normal.spread + normal.variance
      let gain = shared / (shared + variance)
      let mean = normal.mean + gain * (value - normal.mean)
      first += normal.weight * mean
      second += normal.weight * (mean * mean + gain * variance)
    }
    return (first, max(second - first * first, 0).squareRoot())
  }
}

import Foundation

/// Bins of equal width over several sets of values.
struct HistogramBins: Equatable {
  /// The number of bins at most; more cannot be told apart on a page.
  static let largestCount = 60

  /// The limits of the bins, one more than there are bins.
  let edges: [Double]

  var count: Int { edges.count - 1 }

  /// Bins after Freedman and Diaconis (1981): 2 IQR / n^(1/3) wide, the narrowest of all sets.
  ///
  /// - Parameter sets: The values, all of them finite.
  init(_ sets: [[Double]]) {
    let all = sets.joined()
    guard let low = all.min(), let high = all.max() else {
      edges = [0, 1]
      return
    }
    guard high - low > max(abs(low), abs(high)) * 1e-9, high - low > 1e-200 else {
      let reach = abs(low) < 1e-200 ? 0.5 : abs(low) * 0.05
      edges = [low - reach, low + reach]
      return
    }
    let counts = sets.filter { !$0.isEmpty }.map { Self.binCount($0, range: high - low) }
    let count = min(max(counts.max() ?? 1, 1), Self.largestCount)
    edges = (0...count).map { low + (high - low) * Double($0) / Double(count) }
  }

  /// How many of the values fall into each bin; the last bin holds its upper limit too.
  func counts(_ values: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    guard let low = edges.first, let high = edges.last else { return counts }
    for value in values where value >= low && value <= high {
      let place = (value - low) / (high - low) * Double(count)
      counts[min(Int(place), count - 1)] += 1
    }
    return counts
  }

  private static func binCount(_ values: [Double], range: Double) -> Int {
    let sorted = values.sorted()
    let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25)
    let width = 2 * spread / cbrt(Double(values.count))
    guard width > 0 else {
      // Half of the values are equal: fall back on the rule of Sturges (1926).
      return Int(log2(Double(values.count)).rounded(.up)) + 1
    }
    return Int(min((range / width).rounded(.up), Double(largestCount)))
  }

  /// The quantile by linear interpolation between order statistics.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return 0 }
    let place = share * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (sorted[index + 1] - sorted[index]) * (place - Double(index))
  }
}

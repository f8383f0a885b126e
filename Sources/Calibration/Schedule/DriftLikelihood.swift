import Foundation

/// How likely rates of drift make the differences between two calibrations.
struct DriftLikelihood {
  /// Two estimates of one symmetric point.
  struct Difference {
    let distance: Double
    /// The variance of both estimates together.
    let variance: Double
    /// What lies between them: seconds, exposures, pulses.
    let age: SIMD3<Double>
  }

  let differences: [Difference]
  /// Mean ages, by which rates are scaled so that all are of one size; 0 for what no cell went through.
  private let scale: SIMD3<Double>

  init(_ differences: [Difference]) {
    self.differences = differences
    scale =
      differences.reduce(SIMD3(repeating: 0)) { $0 + $1.age } / Double(max(1, differences.count))
  }

  /// The rates that are most likely; 0 where nothing is known.
  func best() -> SIMD3<Double> {
    let added = fit(from: SIMD3(repeating: 0), fixed: nil).added
    return rates(added)
  }

  /// The rates whose likelihood is within that of a 95 % interval, with all others as likely as they can be.
  ///
  /// - Returns: nil for what no cell went through.
  func interval(of place: Int, around best: SIMD3<Double>) -> ClosedRange<Double>? {
    guard scale[place] > 0 else { return nil }
    let top = best * scale
    // Half of what a squared normal number exceeds in 5 of 100 cases.
    let least = score(top) - 1.920_7
    func isInside(_ value: Double) -> Bool {
      var start = top
      start[place] = value
      return fit(from: start, fixed: place).score >= least
    }
    let typical = differences.reduce(0) { $0 + $1.variance } / Double(differences.count)
    var (inside, outside) = (top[place], max(2 * top[place], 1e-3 * typical))
    while isInside(outside), outside < 1e9 * max(typical, top[place]) {
      (inside, outside) = (outside, 4 * outside)
    }
    let high = bisect(inside: inside, outside: outside, isInside)
    let low = isInside(0) ? 0 : bisect(inside: top[place], outside: 0, isInside)
    return low / scale[place]...max(high, top[place]) / scale[place]
  }

  /// The place between two where the interval ends, to one part in a thousand of their distance.
  private func bisect(
    inside: Double, outside: Double, _ isInside: (Double) -> Bool
  ) -> Double {
    var (inside, outside) = (inside, outside)
    for _ in 0..<10 {
      let middle = (inside + outside) / 2
      if isInside(middle) { inside = middle } else { outside = middle }
    }
    return (inside + outside) / 2
  }

  private func rates(_ added: SIMD3<Double>) -> SIMD3<Double> {
    var rates = SIMD3<Double>(repeating: 0)
    for place in 0..<3 where scale[place] > 0 { rates[place] = added[place] / scale[place] }
    return rates
  }

  /// The age of a difference, as a multiple of the mean one.
  private func age(_ difference: Difference) -> SIMD3<Double> {
    var age = SIMD3<Double>(repeating: 0)
    for place in 0..<3 where scale[place] > 0 { age[place] = difference.age[place] / scale[place] }
    return age
  }

  /// The logarithm of the likelihood, but for a constant.
  private func score(_ added: SIMD3<Double>) -> Double {
    differences.reduce(0) { sum, difference in
      let variance = difference.variance + (added * age(difference)).sum()
      return sum - (log(variance) + difference.distance * difference.distance / variance) / 2
    }
  }

  /// Climbs by Fisher scoring, with no rate below 0.
  ///
  /// - Parameter fixed: the one that stays where it is.
  private func fit(
    from start: SIMD3<Double>, fixed: Int?
  ) -> (added: SIMD3<Double>, score: Double) {
    var (added, best) = (start, score(start))
    for _ in 0..<40 {
      var gradient = SIMD3<Double>(repeating: 0)
      var information = [SIMD3<Double>](repeating: SIMD3(repeating: 0), count: 3)
      for difference in differences {
        let age = age(difference)
        let variance = difference.variance + (added * age).sum()
        let excess = difference.distance * difference.distance - variance
        gradient += age * (excess / (2 * variance * variance))
        for place in 0..<3 { information[place] += age * (age[place] / (2 * variance * variance)) }
      }
      let isFree = (0..<3).map {
        $0 != fixed && scale[$0] > 0 && (added[$0] > 0 || gradient[$0] > 0)
      }
      let step = Self.solve(information, gradient, isFree)
      guard let (next, score) = climb(from: added, by: step, above: best) else { break }
      let gain = score - best
      (added, best) = (next, score)
      if gain < 1e-6 { break }
    }
    return (added, best)
  }

  /// The first of some shorter and shorter steps that climbs.
  private func climb(
    from added: SIMD3<Double>, by step: SIMD3<Double>, above best: Double
  ) -> (SIMD3<Double>, Double)? {
    var length = 1.0
    while length > 1e-6 {
      let next = pointwiseMax(added + step * length, SIMD3(repeating: 0))
      let score = score(next)
      if score > best { return (next, score) }
      length /= 4
    }
    return nil
  }

  /// What the information makes of the gradient, over what is free (Gauss and Jordan, with a ridge for what cannot be told
  /// apart).
  private static func solve(
    _ information: [SIMD3<Double>], _ gradient: SIMD3<Double>, _ isFree: [Bool]
  ) -> SIMD3<Double> {
    var (matrix, right) = (information, gradient)
    for place in 0..<3 {
      if isFree[place] {
        matrix[place][place] *= 1 + 1e-9
      } else {
        for other in 0..<3 { (matrix[place][other], matrix[other][place]) = (0, 0) }
        (matrix[place][place], right[place]) = (1, 0)
      }
    }
    for pivot in 0..<3 {
      let head = matrix[pivot][pivot]
      guard abs(head) > .leastNormalMagnitude else { continue }
      for row in 0..<3 where row != pivot {
        let factor = matrix[row][pivot] / head
        matrix[row] -= matrix[pivot] * factor
        right[row] -= right[pivot] * factor
      }
    }
    for place in 0..<3 {
      right[place] = matrix[place][place] != 0 ? right[place] / matrix[place][place] : 0
    }
    return right
  }
}

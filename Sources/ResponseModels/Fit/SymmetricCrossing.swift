import Foundation

/// Finds where the mean up step and the mean down step are equal.
enum SymmetricCrossing {
  /// Intervals of the search over the window; a piecewise response has at most 10 segments.
  private static let intervals = 80

  /// The crossing in internal coordinates, in the window [-reach, reach].
  ///
  /// Only a crossing that alternating pulses approach counts: up steps are larger below it and
  /// smaller above. Of several, the one nearest to the middle of the window is taken.
  ///
  /// - Returns: the place, +infinity if it is above the window, -infinity if below (judged by the
  ///   direction in which alternating pulses drift).
  static func find(up: ResponseSide, down: ResponseSide, reach: Double = 1) -> Double {
    let drift = { (x: Double) in up.internalStep(x) - down.internalStep(-x) }
    var best: Double?
    var total = 0.0
    var lastPositive: Double?
    for index in 0...intervals {
      let x = reach * (2 * Double(index) / Double(intervals) - 1)
      let value = drift(x)
      total += value
      if value > 0 {
        lastPositive = x
      } else if value < 0 {
        if let low = lastPositive {
          let place = bisect(low, x, drift)
          if best.map({ abs(place) < abs($0) }) ?? true { best = place }
        }
        lastPositive = nil
      }
    }
    return best ?? (total >= 0 ? .infinity : -.infinity)
  }

  private static func bisect(_ low: Double, _ high: Double, _ drift: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let value = drift(middle)
      if value == 0 { return middle }
      if value > 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

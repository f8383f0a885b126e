/// What is known of the symmetric point of a cell before it is pulsed: an earlier estimate, or a guess.
public struct KnownPoint: Sendable, Hashable, Codable {
  /// The value, as a weight.
  public var value: Double
  /// Its standard deviation.
  public var deviation: Double

  /// Describes what is known.
  ///
  /// - Precondition: the standard deviation is above 0.
  public init(value: Double, deviation: Double) {
    precondition(deviation > 0, "nothing is known for sure")
    (self.value, self.deviation) = (value, deviation)
  }
}

extension KnownPoint {
  /// Both together: what a cell says by itself, and what is known of it.
  ///
  /// What is known takes the place of what the array lets one expect. That is no part of the lines: as a measurement
  /// of them, `(a+ - a-) - u (s+ + s-) = 0` is met best by slopes that are none, and an array that learns from such cells
  /// ends there.
  ///
  /// - Parameters:
  ///   - found: the posterior of the cell, in which the array is its prior.
  ///   - array: that prior.
  func with(
    _ found: (value: Double, deviation: Double), of array: (mean: Double, variance: Double)
  ) -> (value: Double, deviation: Double) {
    let (all, shared) = (1 / (found.deviation * found.deviation), 1 / array.variance)
    let mine = 1 / (deviation * deviation)
    guard all > shared else { return (value, deviation) }
    let precision = all - shared + mine
    return (
      (found.value * all - array.mean * shared + value * mine) / precision,
      1 / precision.squareRoot()
    )
  }
}

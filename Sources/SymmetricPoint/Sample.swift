/// Moments of a sample.
extension Collection<Double> {
  /// The mean.
  var sampleMean: Double { reduce(0, +) / Double(count) }

  /// The variance with one degree of freedom taken by the mean; 0 for a single number.
  var sampleVariance: Double {
    let mean = sampleMean
    return reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(Swift.max(1, count - 1))
  }

  /// The root of ``sampleVariance``.
  var sampleDeviation: Double { sampleVariance.squareRoot() }
}

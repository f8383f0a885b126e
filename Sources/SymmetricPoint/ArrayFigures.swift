/// What a search has learnt of its array by then: what the cost of the pulses that are to come depends on.
public struct ArrayFigures: Sendable, Hashable, Codable {
  /// Mean step around the symmetric points, as a weight.
  public var step: Double
  /// Sum of both slopes of the mean cell, per pulse.
  public var slope: Double
  /// Standard deviation of a pulse, as a weight.
  public var pulseNoise: Double
  /// The same by what was expected of it.
  public var noiseFactor: Double
  /// Mean of the symmetric points, and the standard deviation over the array of how far they are from where cells began.
  public var mean: Double, spread: Double
  /// Where the median cell began.
  public var start: Double
  /// Squared innovations by their expected variance, in the median cell.
  public var innovationRatio: Double
}

extension FilteredArray {
  /// Whether what was learnt is worth planning by.
  ///
  /// From the fourth burst on the noise of a pulse is told from how the cells differ; their slopes are known no sooner
  /// than the points are told from each other.
  func tellsFigures(after course: [SearchProgress]) -> Bool {
    guard course.count > Seek.fewestBursts, let deviation = course.last?.deviation else {
      return false
    }
    return deviation < 0.4 * spread
  }

  /// What was learnt of the array by now.
  var figures: ArrayFigures {
    let lines = StraightLines(belief.mean)
    let point = lines.symmetricPoint(leastSlope: leastSlope)
    let step = (lines.up(at: point) + lines.down(at: point)) / 2
    return ArrayFigures(
      step: step, slope: max(belief.mean[1] + belief.mean[3], leastSlope),
      pulseNoise: noise.pulse * (noise.isMultiplicative ? step : lines.around(-start).step),
      noiseFactor: noise.pulse / max(expected.pulseNoise, 1e-12), mean: start + point,
      spread: spread, start: start,
      innovationRatio: innovationRatio)
  }
}

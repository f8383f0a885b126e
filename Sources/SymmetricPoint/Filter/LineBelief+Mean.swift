extension LineBelief {
  /// The mean that makes what was found of the cells likeliest, by a step of Newton's method, and its error.
  ///
  /// Where cells say little each of them takes most of its lines from the mean, and the mean of what is found stays
  /// near to where it was: expectation maximisation takes a hundred rounds for what is one step here. In the frame in
  /// which the spread over the cells is one, a cell with the covariance P left has said `1 - P`.
  ///
  /// - Parameters:
  ///   - average: the mean of what was found of cells that believe this.
  ///   - left: the mean of their covariances.
  ///   - cells: how many they are.
  ///   - expected: what was believed before the first pulse, of the mean as of any cell.
  func mean(
    from average: SIMD4<Double>, left: LineCovariance, cells: Int, expected: LineBelief
  ) -> (value: SIMD4<Double>, error: LineCovariance) {
    let factor = covariance.lower
    let (parts, directions) = left.reduced(by: factor).eigenvectors
    let wide = expected.covariance.lower
    // Lᵀ W⁻¹ L, of which both factors are known.
    var prior = factor
    for column in 0..<4 { prior[column] = wide.solving(factor[column]) }
    var precision = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 {
      for row in 0..<4 { precision[column][row] = (prior[column] * prior[row]).sum() }
    }
    let count = min(Double(cells), Self.mostWitnesses)
    for place in 0..<4 {
      let said = count * min(max(1 - parts[place], 0), 1)
      let direction = directions[place]
      for column in 0..<4 { precision[column] += direction * (direction[column] * said) }
    }
    let error = precision.inverse
    let pull = prior.transposed.times(wide.solving(expected.mean - mean))
    var step = error.times(factor.solving(average - mean) * count + pull)
    // Lines are linear in the state for small steps only: no further than cells differ.
    step /= max(1, (step * step).sum().squareRoot())
    var spread = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 { spread[column] = factor.times(error[column]) }
    spread = spread.transposed
    for column in 0..<4 { spread[column] = factor.times(spread[column]) }
    return (mean + factor.times(step), spread)
  }

  /// More cells than that do not make the mean more certain: what is not quite straight is wrong in all of them alike.
  static let mostWitnesses = 64.0

  /// The logarithm of the density of some lines, but for a constant.
  func logDensity(of lines: SIMD4<Double>) -> Double {
    let away = covariance.lower.solving(lines - mean)
    return -0.5 * (away * away).sum()
  }

  /// The same with a spread of at least a thousandth: a prior without any would stop every cell from learning.
  func widened(_ expected: LineBelief) -> LineBelief {
    var belief = self
    for column in 0..<4 {
      let least = 1e-3 * max(abs(mean[column]), abs(expected.mean[column]))
      belief.covariance[column][column] += least * least
    }
    return belief
  }
}

/// What some cells together say of their lines: the sums of an expectation maximisation.
struct LineCensus {
  /// The mean of what was found.
  let mean: SIMD4<Double>
  /// The mean of the covariances that readings have left.
  let left: LineCovariance
  /// How lines are spread, by what was found and by what is left.
  let spread: LineCovariance

  init(_ cells: [LineState]) {
    var found = cells.map(\.lines.values)
    for place in 0..<4 {
      let sorted = found.map { $0[place] }.sorted()
      let median = sorted[sorted.count / 2]
      let deviations = sorted.map { abs($0 - median) }.sorted()
      // 1.4826 median deviations are a standard deviation of a normal spread.
      let most = 4 * 1.4826 * deviations[deviations.count / 2]
      for cell in found.indices {
        found[cell][place] = min(max(found[cell][place], median - most), median + most)
      }
    }
    let count = Double(cells.count)
    let mean = found.reduce(SIMD4<Double>(repeating: 0), +) / count
    var (left, spread) = (
      LineCovariance(diagonal: SIMD4(repeating: 0)), LineCovariance(diagonal: SIMD4(repeating: 0))
    )
    for (cell, lines) in zip(cells, found) {
      let away = lines - mean
      for column in 0..<4 {
        spread[column] += away * away[column]
        left[column] += cell.covariance[column]
      }
    }
    for column in 0..<4 {
      left[column] /= count
      spread[column] = spread[column] / count + left[column]
    }
    (self.mean, self.left, self.spread) = (mean, left, spread)
  }
}

import Foundation

/// The covariance of four numbers, by its columns; symmetric.
typealias LineCovariance = InlineArray<4, SIMD4<Double>>

extension LineCovariance {
  init(diagonal: SIMD4<Double>) {
    self.init(repeating: SIMD4(repeating: 0))
    for place in 0..<4 { self[place][place] = diagonal[place] }
  }

  /// The product with a column.
  func times(_ column: SIMD4<Double>) -> SIMD4<Double> {
    self[0] * column[0] + self[1] * column[1] + self[2] * column[2] + self[3] * column[3]
  }

  /// The lower triangular L with L L' = self (Cholesky).
  ///
  /// - Precondition: positive definite.
  private var lower: LineCovariance {
    var factor = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 {
      for row in column..<4 {
        var rest = self[column][row]
        for before in 0..<column { rest -= factor[before][row] * factor[before][column] }
        factor[column][row] =
          row == column
          ? max(rest, .leastNormalMagnitude).squareRoot() : rest / factor[column][column]
      }
    }
    return factor
  }

  /// What `L x = column` has for x, with self as the lower triangular L.
  private func solving(_ column: SIMD4<Double>) -> SIMD4<Double> {
    var solution = column
    for row in 0..<4 {
      for before in 0..<row { solution[row] -= self[before][row] * solution[before] }
      solution[row] /= self[row][row]
    }
    return solution
  }

  private var transposed: LineCovariance {
    var result = self
    for column in 0..<4 { for row in 0..<4 { result[column][row] = self[row][column] } }
    return result
  }

  /// Further along the way from an earlier covariance to this one, in each direction in which the change is small.
  ///
  /// In the directions in which both are diagonal together, a ratio of variances within the bounds is raised to a
  /// power; others stay.
  func beyond(
    _ earlier: LineCovariance, power: Double, for ratios: ClosedRange<Double>
  ) -> LineCovariance {
    let factor = earlier.lower
    var reduced = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 { reduced[column] = factor.solving(self[column]) }
    reduced = reduced.transposed
    for column in 0..<4 { reduced[column] = factor.solving(reduced[column]) }
    let (values, vectors) = reduced.eigenvectors
    var result = LineCovariance(repeating: SIMD4(repeating: 0))
    for place in 0..<4 {
      let ratio = values[place]
      let value = ratios.contains(ratio) ? Foundation.pow(ratio, power) : Swift.max(ratio, 0)
      let direction = factor.times(vectors[place])
      for column in 0..<4 { result[column] += direction * (direction[column] * value) }
    }
    return result
  }

  /// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi rotations.
  var eigenvectors: (values: SIMD4<Double>, vectors: LineCovariance) {
    var matrix = self
    var vectors = LineCovariance(diagonal: SIMD4(repeating: 1))
    // Four rows are diagonal to the last digit after some six sweeps.
    for _ in 0..<12 {
      for row in 0..<3 {
        for column in row + 1..<4 where matrix[column][row] != 0 {
          let theta = (matrix[column][column] - matrix[row][row]) / (2 * matrix[column][row])
          let tangent =
            (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let sine = tangent * cosine
          func rotate(_ matrix: inout LineCovariance) {
            let (first, second) = (matrix[row], matrix[column])
            matrix[row] = first * cosine - second * sine
            matrix[column] = first * sine + second * cosine
          }
          rotate(&matrix)
          matrix = matrix.transposed
          rotate(&matrix)
          rotate(&vectors)
        }
      }
    }
    return (SIMD4(matrix[0][0], matrix[1][1], matrix[2][2], matrix[3][3]), vectors)
  }
}

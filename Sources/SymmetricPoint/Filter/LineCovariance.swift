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
  var lower: LineCovariance {
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
  func solving(_ column: SIMD4<Double>) -> SIMD4<Double> {
    var solution = column
    for row in 0..<4 {
      for before in 0..<row { solution[row] -= self[before][row] * solution[before] }
      solution[row] /= self[row][row]
    }
    return solution
  }

  var transposed: LineCovariance {
    var result = self
    for column in 0..<4 { for row in 0..<4 { result[column][row] = self[row][column] } }
    return result
  }

  /// `L⁻¹ self L⁻ᵀ` for a lower triangular L: what self is where `L L'` is one.
  func reduced(by factor: LineCovariance) -> LineCovariance {
    var half = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 { half[column] = factor.solving(self[column]) }
    half = half.transposed
    for column in 0..<4 { half[column] = factor.solving(half[column]) }
    return half
  }

  /// The inverse.
  ///
  /// - Precondition: positive definite.
  var inverse: LineCovariance {
    let factor = lower
    var unit = LineCovariance(diagonal: SIMD4(repeating: 1))
    for column in 0..<4 { unit[column] = factor.solving(unit[column]) }
    // The transpose of L⁻¹ by L⁻¹.
    var result = LineCovariance(repeating: SIMD4(repeating: 0))
    for column in 0..<4 {
      for row in 0..<4 { result[column][row] = (unit[column] * unit[row]).sum() }
    }
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
    let (values, vectors) = reduced(by: factor).eigenvectors
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

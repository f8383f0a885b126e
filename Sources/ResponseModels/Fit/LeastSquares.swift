import Foundation

/// Bounded Levenberg-Marquardt: damped Gauss-Newton steps, projected on a box.
///
/// Source: Marquardt, SIAM J. Appl. Math. 11 (1963) 431, with the damping scaled by the diagonal.
/// A parameter that stands at a bound and would leave the box is held for the step.
struct LeastSquares {
  /// The most steps tried.
  var iterations = 60
  /// The relative decrease of the sum of squares below which the search ends.
  var tolerance = 1e-10
  /// Bounds of the correlation parameter, which depend on the length of the data.
  var maximumCorrelation = 5.0
  /// A value at which to hold the gain of the noise, or nil to fit it.
  var heldGain: Double?

  /// Where a search ended.
  struct Solution {
    var parameters: [Double]
    /// The sum of squared residuals.
    var sum: Double
  }

  /// Sums below this are rounding errors of exact data.
  private static let exact = 1e-28

  /// Minimises the sum of squares from `start`.
  func minimise(_ objective: FitObjective, from start: [Double]) -> Solution {
    let size = objective.layout.count
    let rows = objective.residualCount
    var (low, high) = objective.layout.bounds(maximumCorrelation: maximumCorrelation)
    if let heldGain {
      low[objective.layout.noiseStart] = heldGain
      high[objective.layout.noiseStart] = heldGain
    }
    var best = (0..<size).map { min(max(start[$0], low[$0]), high[$0]) }
    var residuals = [Double](repeating: 0, count: rows)
    var trialResiduals = residuals
    var jacobian = [Double](repeating: 0, count: rows * size)
    var sum = objective.residuals(best, into: &residuals)
    var damping = 1e-3
    var small = 0
    var isFresh = false
    var normal = [Double](repeating: 0, count: size * size)
    var gradient = [Double](repeating: 0, count: size)
    for _ in 0..<iterations {
      if sum < Self.exact * Double(rows) { break }
      if !isFresh {
        objective.jacobian(best, residuals: residuals, high: high, into: &jacobian)
        Self.normalEquations(jacobian, residuals, rows, size, &normal, &gradient)
        isFresh = true
      }
      let isHeld = (0..<size).map {
        low[$0] == high[$0] || best[$0] <= low[$0] && gradient[$0] > 0
          || best[$0] >= high[$0] && gradient[$0] < 0
      }
      guard
        let step = Self.dampedStep(normal, gradient, size, damping: damping, held: isHeld)
      else {
        damping *= 10
        continue
      }
      let trial = (0..<size).map { min(max(best[$0] + step[$0], low[$0]), high[$0]) }
      let trialSum = objective.residuals(trial, into: &trialResiduals)
      if trialSum < sum {
        let decrease = (sum - trialSum) / sum
        best = trial
        sum = trialSum
        swap(&residuals, &trialResiduals)
        isFresh = false
        damping = max(damping / 8, 1e-12)
        small = decrease < tolerance ? small + 1 : 0
        // Two in a row: one small decrease may be due to the damping.
        if small > 1 || decrease < tolerance && damping < 1e-3 { break }
      } else {
        damping *= 6
        if damping > 1e9 { break }
      }
    }
    return Solution(parameters: best, sum: sum)
  }

  /// Writes the products of the derivatives with each other and with the residuals.
  static func normalEquations(
    _ jacobian: [Double], _ residuals: [Double], _ rows: Int, _ size: Int,
    _ normal: inout [Double], _ gradient: inout [Double]
  ) {
    jacobian.withUnsafeBufferPointer { jacobian in
      residuals.withUnsafeBufferPointer { residuals in
        for i in 0..<size {
          var sum = 0.0
          for row in 0..<rows { sum += jacobian[i * rows + row] * residuals[row] }
          gradient[i] = sum
          for j in i..<size {
            // Four partial sums let the compiler keep the adders busy.
            var sums = SIMD4<Double>.zero
            var row = 0
            while row + 4 <= rows {
              let a = SIMD4(
                jacobian[i * rows + row], jacobian[i * rows + row + 1],
                jacobian[i * rows + row + 2], jacobian[i * rows + row + 3])
              let b = SIMD4(
                jacobian[j * rows + row], jacobian[j * rows + row + 1],
                jacobian[j * rows + row + 2], jacobian[j * rows + row + 3])
              sums += a * b
              row += 4
            }
            var total = sums.sum()
            while row < rows {
              total += jacobian[i * rows + row] * jacobian[j * rows + row]
              row += 1
            }
            normal[i * size + j] = total
            normal[j * size + i] = total
          }
        }
      }
    }
  }

  /// The logarithm of the determinant of the free part of a positive semi-definite matrix.
  ///
  /// Directions without any information count as 1e-12 of their diagonal element.
  static func logDeterminant(_ normal: [Double], _ size: Int, isFree: [Bool]) -> Double {
    var factor = normal
    var sum = 0.0
    for i in 0..<size where isFree[i] {
      for j in 0...i where isFree[j] {
        var value = normal[i * size + j]
        for k in 0..<j where isFree[k] { value -= factor[i * size + k] * factor[j * size + k] }
        if i == j {
          let pivot = max(value, 1e-12 * normal[i * size + i], 1e-300)
          factor[i * size + i] = pivot.squareRoot()
          sum += log(pivot)
        } else {
          factor[i * size + j] = value / factor[j * size + j]
        }
      }
    }
    return sum
  }

  /// Solves the damped normal equations by Cholesky; nil if they are not positive definite.
  private static func dampedStep(
    _ normal: [Double], _ gradient: [Double], _ size: Int, damping: Double, held: [Bool]
  ) -> [Double]? {
    var factor = [Double](repeating: 0, count: size * size)
    let largest = (0..<size).reduce(0) { max($0, normal[$1 * size + $1]) }
    guard largest > 0, largest.isFinite else { return nil }
    var step = [Double](repeating: 0, count: size)
    for i in 0..<size {
      if held[i] {
        factor[i * size + i] = 1
        continue
      }
      for j in 0...i where !held[j] {
        var sum = normal[i * size + j]
        if i == j { sum += damping * (sum + 1e-12 * largest) + 1e-300 }
        for k in 0..<j { sum -= factor[i * size + k] * factor[j * size + k] }
        if i == j {
          guard sum > 0 else { return nil }
          factor[i * size + i] = sum.squareRoot()
        } else {
          factor[i * size + j] = sum / factor[j * size + j]
        }
      }
      var sum = -gradient[i]
      for k in 0..<i { sum -= factor[i * size + k] * step[k] }
      step[i] = sum / factor[i * size + i]
    }
    for i in stride(from: size - 1, through: 0, by: -1) where !held[i] {
      var sum = step[i]
      for k in (i + 1)..<size where !held[k] { sum -= factor[k * size + i] * step[k] }
      step[i] = sum / factor[i * size + i]
    }
    for i in 0..<size where held[i] { step[i] = 0 }
    return step.allSatisfy(\.isFinite) ? step : nil
  }
}

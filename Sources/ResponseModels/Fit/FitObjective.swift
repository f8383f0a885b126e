import Foundation

/// The residuals whose sum of squares is minimal where the likelihood is largest.
///
/// With innovations nu, relative variances S and a concentrated scale, twice the negative
/// log-likelihood is `n ln(sum nu^2/S) + sum ln S` plus a constant, which is `n ln(sum e^2)` for `e
/// = g nu/sqrt(S)` and `g = exp(sum ln S / (2 n))`. So the exact likelihood is fitted by least
/// squares, the noise ratios included. The restricted likelihood (``NoiseRestriction``) only
/// changes g. A piecewise response adds its roughness as further residuals.
final class FitObjective {
  let layout: FitLayout
  private(set) var series: [FitSeries]
  /// What makes the likelihood the restricted one; nil for the plain likelihood.
  private let restriction: NoiseRestriction?
  private let usedCount: Int
  /// Weight of the second differences of a piecewise response, in units of its typical step.
  private let roughness: Double
  private var innovations: [[Double]]
  private var variances: [[Double]]
  /// Per series: `nu/sqrt(S)` of the last evaluation, and the sum of `ln S`.
  private var scaled: [[Double]]
  private var logSums: [Double]

  /// The typical step of each direction of the layout.
  private let stepScales: [Double]

  /// Creates the objective of `series`, which cover the directions of the layout.
  init(
    _ layout: FitLayout, _ series: [FitSeries], roughness: Double,
    restriction: NoiseRestriction? = nil
  ) {
    self.layout = layout
    self.restriction = restriction
    self.series = series
    self.roughness = layout.shape == .piecewise ? roughness : 0
    var stepScales = [Double](repeating: 1, count: layout.directions.count)
    for one in series {
      for (side, scale) in zip(one.sides, one.stepScales) { stepScales[side] = scale }
    }
    self.stepScales = stepScales
    usedCount = series.reduce(0) { $0 + $1.usedCount }
    let zeros = series.map { [Double](repeating: 0, count: $0.states.count) }
    innovations = zeros
    variances = zeros
    scaled = zeros
    logSums = series.map { _ in 0 }
  }

  /// The number of scored states.
  var observationCount: Int { usedCount }

  /// The number of residuals: one a state (0 where it is not scored), and the roughness terms.
  var residualCount: Int {
    series.reduce(0) { $0 + $1.states.count }
      + (roughness > 0 ? (layout.nodes - 2) * layout.directions.count : 0)
  }

  /// Takes other states of the same branches.
  func replaceStates(_ states: [[Double]]) {
    for index in series.indices { series[index].states = states[index] }
  }

  /// The response parameters of a direction in internal units.
  func side(_ index: Int, of parameters: [Double]) -> [Double] {
    let start = index * layout.sideCount
    return (0..<layout.sideCount).map {
      parameters[start + $0] * (layout.isStep($0) ? stepScales[index] : 1)
    }
  }

  /// The noise ratios of a parameter vector.
  func noise(of parameters: [Double]) -> NoiseRatios {
    parameters[layout.noiseStart...].withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { NoiseRatios($0, correlated: layout.correlated) }
    } ?? NoiseRatios([0.5], correlated: false)
  }

  /// Runs the filter over one series.
  private func filter(_ index: Int, _ parameters: [Double], _ noise: NoiseRatios) {
    let sides = series[index].sides
    let values = sides.flatMap { side($0, of: parameters) }
    let count = series[index].states.count
    values.withUnsafeBufferPointer { values in
      series[index].states.withUnsafeBufferPointer { states in
        series[index].roles.withUnsafeBufferPointer { roles in
          series[index].pulses.withUnsafeBufferPointer { pulses in
            innovations[index].withUnsafeMutableBufferPointer { innovations in
              variances[index].withUnsafeMutableBufferPointer { variances in
                guard let values = values.baseAddress, let states = states.baseAddress,
                  let roles = roles.baseAddress, let pulses = pulses.baseAddress,
                  let innovations = innovations.baseAddress,
                  let variances = variances.baseAddress
                else { return }
                InnovationFilter.run(
                  PulseStep(layout.shape, values, count: layout.sideCount, sides: sides.count),
                  noise, states: states, roles: roles, pulses: pulses, count: count,
                  innovations: innovations, variances: variances)
              }
            }
          }
        }
      }
    }
    scaleInnovations(index, count)
  }

  private func scaleInnovations(_ index: Int, _ count: Int) {
    var sum = 0.0
    // One logarithm of a product replaces many logarithms.
    var product = 1.0
    series[index].roles.withUnsafeBufferPointer { roles in
      innovations[index].withUnsafeBufferPointer { innovations in
        variances[index].withUnsafeBufferPointer { variances in
          scaled[index].withUnsafeMutableBufferPointer { scaled in
            for position in 0..<count {
              guard roles[position] == FitSeries.Role.used else {
                scaled[position] = 0
                continue
              }
              let variance = variances[position]
              scaled[position] = innovations[position] / variance.squareRoot()
              product *= variance
              if product > 1e100 || product < 1e-100 {
                sum += log(product)
                product = 1
              }
            }
          }
        }
      }
    }
    logSums[index] = sum + log(product)
  }

  /// The factor g of the last evaluation, without the restriction.
  var commonFactor: Double {
    exp(logSums.reduce(0, +) / (2 * Double(max(1, usedCount))))
  }

  /// The factor g of the last evaluation, with the restriction at `parameters`.
  private func factor(_ parameters: [Double]) -> Double {
    guard let restriction else { return commonFactor }
    let free = Double(max(1, usedCount - restriction.responseCount))
    let term = restriction(parameters, from: layout.noiseStart)
    return exp((logSums.reduce(0, +) + term) / (2 * free))
  }

  private func write(_ factor: Double, _ parameters: [Double], to out: UnsafeMutablePointer<Double>)
  {
    var place = 0
    for index in series.indices {
      scaled[index].withUnsafeBufferPointer { scaled in
        for value in scaled {
          out[place] = factor * value
          place += 1
        }
      }
    }
    guard roughness > 0 else { return }
    for index in layout.directions.indices {
      let start = index * layout.sideCount
      for node in 1..<(layout.nodes - 1) {
        let bend =
          parameters[start + node - 1] - 2 * parameters[start + node]
          + parameters[start + node + 1]
        out[place] = roughness * bend
        place += 1
      }
    }
  }

  /// Writes the residuals and gives their sum of squares.
  func residuals(_ parameters: [Double], into out: inout [Double]) -> Double {
    let noise = noise(of: parameters)
    for index in series.indices { filter(index, parameters, noise) }
    let factor = factor(parameters)
    return out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return 0 }
      write(factor, parameters, to: base)
      var sum = 0.0
      for index in 0..<out.count { sum += out[index] * out[index] }
      return sum
    }
  }

  /// Writes the derivative of the residuals, one row a parameter, by forward differences.
  ///
  /// - Parameters:
  ///   - parameters: where to differentiate.
  ///   - residuals: the residuals there.
  ///   - high: the upper bounds; a difference is taken backwards where it would leave them.
  ///   - columns: how many parameters to differentiate by; nil for all.
  ///   - out: `layout.count` rows of `residualCount`.
  func jacobian(
    _ parameters: [Double], residuals: [Double], high: [Double], columns: Int? = nil,
    into out: inout [Double]
  ) {
    let rows = residualCount
    // Refresh what a series that a parameter does not touch contributes.
    let noise = noise(of: parameters)
    for index in series.indices { filter(index, parameters, noise) }
    let base = scaled
    let baseSums = logSums
    var moved = parameters
    for column in 0..<(columns ?? layout.count) {
      var width = 1e-7 * max(1, abs(parameters[column]))
      if parameters[column] + width > high[column] { width = -width }
      moved[column] = parameters[column] + width
      let isNoise = column >= layout.noiseStart
      let touched = isNoise ? nil : column / layout.sideCount
      let movedNoise = isNoise ? self.noise(of: moved) : noise
      for index in series.indices where touched.map(series[index].sides.contains) ?? true {
        filter(index, moved, movedNoise)
      }
      let factor = factor(moved)
      out.withUnsafeMutableBufferPointer { out in
        guard let start = out.baseAddress?.advanced(by: column * rows) else { return }
        write(factor, moved, to: start)
        for row in 0..<rows { start[row] = (start[row] - residuals[row]) / width }
      }
      moved[column] = parameters[column]
      for index in series.indices where touched.map(series[index].sides.contains) ?? true {
        scaled[index] = base[index]
        logSums[index] = baseSums[index]
      }
    }
  }

  /// The common scale of the noise variances: the mean of `nu^2/S`, less the fitted parameters.
  func scale(_ parameters: [Double]) -> Double {
    let noise = noise(of: parameters)
    var sum = 0.0
    for index in series.indices {
      filter(index, parameters, noise)
      for value in scaled[index] { sum += value * value }
    }
    let free = max(1, usedCount - layout.noiseStart)
    return max(sum / Double(free), Self.smallestScale)
  }

  /// Squared distance, in half windows, below which data count as exact.
  static let smallestScale = 1e-20

  /// The log predictive densities of the held-out states of one series.
  func heldOutDensities(_ index: Int, _ parameters: [Double], scale: Double) -> [Double] {
    filter(index, parameters, noise(of: parameters))
    return series[index].roles.indices.compactMap { position in
      guard series[index].roles[position] == FitSeries.Role.heldOut else { return nil }
      let variance = variances[index][position] * scale
      let innovation = innovations[index][position]
      return -0.5 * (log(2 * .pi * variance) + innovation * innovation / variance)
    }
  }
}

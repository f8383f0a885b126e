import Foundation

/// The term by which the restricted likelihood differs from the likelihood, as a function of the
/// noise.
///
/// Maximum likelihood puts too little noise into the steps, often none at all, because the fitted
/// response follows part of the random walk; intervals simulated from such a fit are too narrow.
/// The restricted likelihood averages over the response parameters instead of maximising over them,
/// which adds `ln |A|`, A being their information matrix for unit scale (Harville, J. Amer.
/// Statist. Assoc. 72 (1977) 320). A depends on the noise ratios much more than on the response, so
/// it is tabulated once, along each noise parameter, around the fit.
struct NoiseRestriction {
  /// The number of response parameters that the average is over.
  let responseCount: Int
  /// `ln |A|` at the noise that the tables start from.
  private var offset = 0.0
  /// One table a noise parameter.
  private var tables: [Table] = []
  private let smallest: Double

  /// Values over equally spaced arguments.
  private struct Table {
    let low: Double
    let width: Double
    let values: [Double]

    /// Cubic (Catmull-Rom) interpolation, constant beyond the ends.
    func callAsFunction(_ argument: Double) -> Double {
      let position = min(max((argument - low) / width, 0), Double(values.count - 1))
      let index = min(Int(position), values.count - 2)
      let t = position - Double(index)
      let (b, c) = (values[index], values[index + 1])
      let a = index > 0 ? values[index - 1] : 2 * b - c
      let d = index + 2 < values.count ? values[index + 2] : 2 * c - b
      let slopes = ((c - a) / 2, (d - b) / 2)
      let rise = c - b
      return b + t
        * (slopes.0 + t
          * (3 * rise - 2 * slopes.0 - slopes.1
            + t * (slopes.0 + slopes.1 - 2 * rise)))
    }
  }

  private static let points = 13

  /// Tabulates the term around the parameters of a fit.
  init(_ objective: FitObjective, around parameters: [Double], maximumCorrelation: Double) {
    let layout = objective.layout
    let (low, high) = layout.bounds(maximumCorrelation: maximumCorrelation)
    responseCount = layout.noiseStart
    smallest = 1 / Double(max(2, objective.observationCount))
    // Parameters at a bound are not averaged over.
    let isFree = (0..<layout.noiseStart).map {
      parameters[$0] > low[$0] && parameters[$0] < high[$0]
    }
    offset = Self.logInformation(objective, parameters, high: high, isFree: isFree)
    for index in 0..<(layout.count - layout.noiseStart) {
      let place = layout.noiseStart + index
      let first = argument(index, low[place])
      let width = (argument(index, high[place]) - first) / Double(Self.points - 1)
      let values = (0..<Self.points).map { point in
        var moved = parameters
        let value = inverse(index, first + width * Double(point))
        moved[place] = min(max(value, low[place]), high[place])
        return Self.logInformation(objective, moved, high: high, isFree: isFree) - offset
      }
      tables.append(Table(low: first, width: width, values: values))
    }
  }

  /// The term at the noise parameters that start at `start`.
  func callAsFunction(_ parameters: [Double], from start: Int) -> Double {
    var sum = offset
    for index in tables.indices { sum += tables[index](argument(index, parameters[start + index])) }
    return sum
  }

  /// The coordinate in which the term is smooth: logarithmic in the gain, which matters down to the
  /// inverse number of states, and in the size of the correlated noise.
  private func argument(_ index: Int, _ value: Double) -> Double {
    switch index {
    case 0: log(max(value, 0) + smallest)
    case 1: log(max(value, 1e-3))
    default: value
    }
  }

  private func inverse(_ index: Int, _ argument: Double) -> Double {
    switch index {
    case 0: exp(argument) - smallest
    case 1: exp(argument)
    default: argument
    }
  }

  private static func logInformation(
    _ objective: FitObjective, _ parameters: [Double], high: [Double], isFree: [Bool]
  ) -> Double {
    let rows = objective.residualCount
    let size = objective.layout.noiseStart
    var residuals = [Double](repeating: 0, count: rows)
    var jacobian = [Double](repeating: 0, count: rows * objective.layout.count)
    _ = objective.residuals(parameters, into: &residuals)
    let factor = objective.commonFactor
    objective.jacobian(
      parameters, residuals: residuals, high: high, columns: size, into: &jacobian)
    var normal = [Double](repeating: 0, count: size * size)
    var gradient = [Double](repeating: 0, count: size)
    LeastSquares.normalEquations(jacobian, residuals, rows, size, &normal, &gradient)
    return LeastSquares.logDeterminant(normal, size, isFree: isFree)
      - 2 * Double(isFree.count { $0 }) * log(factor)
  }
}

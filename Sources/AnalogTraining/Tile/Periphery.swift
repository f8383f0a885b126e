public import ReproducibleNoise

/// What stands between numbers and a crossbar in a matrix-vector product: converters, their noise, and what
/// keeps signals within them.
///
/// The model, the names and the numbers are those of `IOParameters` of IBM's aihwkit; see
/// ``Periphery/paper``. A board that multiplies by itself has a periphery of its own, and is given
/// ``Periphery/ideal``.
public struct Periphery: Sendable, Hashable, Codable {
  /// How an input is scaled before it is converted.
  public enum NoiseManagement: String, Sendable, Hashable, Codable {
    /// Not at all.
    case none
    /// By its largest magnitude.
    case absMax
  }

  /// What happens where an output reaches the end of the range.
  public enum BoundManagement: String, Sendable, Hashable, Codable {
    /// It is cut off.
    case none
    /// The product is made again with half of the input, until it fits.
    case iterative
  }

  /// The largest input.
  public var inputBound: Float = 1
  /// Steps of the input converter over its range; 0 for one that does not quantise.
  public var inputSteps: Float = 126
  /// The largest output.
  public var outputBound: Float = 12
  /// Steps of the output converter over its range; 0 for one that does not quantise.
  public var outputSteps: Float = 510
  /// Standard deviation of the noise of an output.
  public var outputNoise: Float = 0.06
  /// For products; the read of a column has none.
  public var noiseManagement = NoiseManagement.absMax
  /// For products; the read of a column has none.
  public var boundManagement = BoundManagement.iterative

  /// Seven bits in, nine bits out: Table 6 of arXiv 2602.21321, the defaults of aihwkit.
  public static let paper = Periphery()

  /// Nothing between the numbers and the crossbar.
  public static let ideal = Periphery(
    inputBound: .infinity, inputSteps: 0, outputBound: .infinity, outputSteps: 0, outputNoise: 0,
    noiseManagement: .none, boundManagement: .none)

  /// After so many halvings an output is cut off.
  private static let mostHalvings = 10

  /// Whether nothing is done at all.
  public var isIdeal: Bool { self == .ideal }

  /// Products of the rows of `inputs` through the converters.
  ///
  /// - Parameter product: what the crossbar alone makes of inputs.
  public func products(
    of inputs: Matrix, using random: inout RandomStream, product: (Matrix) -> Matrix
  ) -> Matrix {
    guard !isIdeal else { return product(inputs) }
    var scales = [Float](repeating: 1, count: inputs.rows)
    var left = Array(0..<inputs.rows)
    var result: Matrix?
    for halvings in 0... {
      if halvings == 0, noiseManagement == .absMax {
        for row in left {
          let largest = inputs[row: row].reduce(0) { max($0, abs($1)) }
          scales[row] = largest > 0 ? largest : 1
        }
      }
      let part = product(converted(inputs, rows: left, scales: scales))
      var next = result ?? Matrix(rows: inputs.rows, columns: part.columns)
      var saturated: [Int] = []
      for (place, row) in left.enumerated() {
        let isInside = convert(
          part[row: place], scale: scales[row], into: &next, row: row, using: &random)
        if !isInside { saturated.append(row) }
      }
      result = next
      left = saturated
      guard boundManagement == .iterative, !left.isEmpty, halvings < Self.mostHalvings else {
        break
      }
      for row in left { scales[row] *= 2 }
    }
    return result ?? product(inputs)
  }

  /// What a column is read as: its weights through the output converter, as with an input of 1 on its line.
  public func read(_ weights: [Float], using random: inout RandomStream) -> [Float] {
    guard !isIdeal else { return weights }
    return weights.map { output($0 + outputNoise * Float(random.gaussian())) }
  }

  /// The inputs of some samples as the converter makes them.
  private func converted(_ inputs: Matrix, rows: [Int], scales: [Float]) -> Matrix {
    let step = inputSteps > 0 ? 2 * inputBound / inputSteps : 0
    let columns = inputs.columns
    var out = Matrix(rows: rows.count, columns: columns)
    inputs.values.withUnsafeBufferPointer { values in
      out.values.withUnsafeMutableBufferPointer { out in
        for (place, row) in rows.enumerated() {
          let inverse = 1 / scales[row]
          for column in 0..<columns {
            let value = values[row &* columns &+ column]
            guard value != 0 else { continue }
            let clipped = min(max(value * inverse, -inputBound), inputBound)
            out[place &* columns &+ column] =
              step > 0 ? (clipped / step).rounded(.toNearestOrEven) * step : clipped
          }
        }
      }
    }
    return out
  }

  /// Writes the outputs of one sample; whether all were inside of the range.
  private func convert(
    _ outputs: ArraySlice<Float>, scale: Float, into result: inout Matrix, row: Int,
    using random: inout RandomStream
  ) -> Bool {
    var isInside = true
    let columns = result.columns
    result.values.withUnsafeMutableBufferPointer { result in
      var place = row &* columns
      for value in outputs {
        let noisy = outputNoise > 0 ? value + outputNoise * Float(random.gaussian()) : value
        if abs(noisy) >= outputBound { isInside = false }
        result[place] = output(noisy) * scale
        place &+= 1
      }
    }
    return isInside
  }

  private func output(_ value: Float) -> Float {
    let clipped = min(max(value, -outputBound), outputBound)
    guard outputSteps > 0 else { return clipped }
    let step = 2 * outputBound / outputSteps
    return (clipped / step).rounded(.toNearestOrEven) * step
  }
}

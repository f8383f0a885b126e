import DeviceContract
import PulseLedger

/// Products that the arrays make themselves, put together in digital numbers as a rule's ``WeightMixing`` says.
///
/// Each array that the network sees multiplies by itself: its inputs have the chopper's signs, and what a zero in digital
/// numbers makes of them is subtracted digitally. Inputs are scaled by their largest magnitude, since a device takes numbers
/// from -1 to 1.
struct DeviceProducts: WeightProducts {
  let device: MeteredDevice
  let plan: Floorplan
  /// How the weights of each layer are mixed.
  let mixings: [WeightMixing]
  /// The most inputs of one product; longer ones are made in parts whose sums are added.
  let mostInputs: Int

  func forward(_ inputs: Matrix, layer: Int) async throws -> Matrix {
    try await products(of: inputs, layer: layer, transposed: false)
  }

  func backward(_ deltas: Matrix, layer: Int) async throws -> Matrix {
    try await products(of: deltas, layer: layer, transposed: true)
  }

  private func products(
    of inputs: Matrix, layer: Int, transposed: Bool
  ) async throws -> Matrix {
    let mixing = mixings[layer]
    let inputs = Self.rounded(inputs)
    var asked: [(array: Int, inputs: Matrix)] = []
    // Signs are of columns: of what goes in, or transposed of what comes out.
    let signed = mixing.terms.map { term in
      transposed ? inputs : inputs.times(columnSigns: term.signs)
    }
    if case .array(let array) = mixing.base { asked.append((array, inputs)) }
    asked += zip(mixing.terms, signed).map { ($0.array, $1) }
    var found = try await device(asked, layer: layer, transposed: transposed)
    var sum: Matrix
    switch mixing.base {
    case .array: sum = found.removeFirst()
    case .digital(let weights): sum = Self.digital(weights, inputs, transposed)
    }
    for ((term, inputs), part) in zip(zip(mixing.terms, signed), found) {
      var part = part
      if let zero = term.zero {
        let offset = Self.digital(zero, inputs, transposed)
        for place in part.values.indices { part.values[place] -= offset.values[place] }
      }
      if transposed { part = part.times(columnSigns: term.signs) }
      for place in sum.values.indices { sum.values[place] += term.worth * part.values[place] }
    }
    return sum
  }

  /// Inputs as a device takes them, so that what is subtracted digitally has the same ones.
  private static func rounded(_ inputs: Matrix) -> Matrix {
    var result = inputs
    for row in 0..<inputs.rows {
      let scale = inputs[row: row].reduce(0) { max($0, abs($1)) } / ProductUnit.input
      guard scale > 0 else { continue }
      for column in 0..<inputs.columns {
        result[row, column] = (inputs[row, column] / scale).rounded() * scale
      }
    }
    return result
  }

  private static func digital(_ weights: Matrix, _ inputs: Matrix, _ transposed: Bool) -> Matrix {
    transposed ? weights.transposedTimes(rowsOf: inputs) : weights.times(rowsOf: inputs)
  }

  /// The products of whole arrays, all asked for at once.
  private func device(
    _ asked: [(array: Int, inputs: Matrix)], layer: Int, transposed: Bool
  ) async throws -> [Matrix] {
    let (rows, columns) = (plan.rows[layer].count, plan.columns[layer].count)
    let (lines, width) = transposed ? (rows, columns) : (columns, rows)
    var requests: [ProductRequest] = []
    var places: [(array: Int, sample: Int, scale: Float)] = []
    for (place, (array, inputs)) in asked.enumerated() {
      for sample in 0..<inputs.rows {
        let values = inputs[row: sample]
        let scale = values.reduce(0) { max($0, abs($1)) }
        // Nothing in, nothing out; a number that is none goes on to the loss, where it is told.
        guard scale != 0 else { continue }
        for first in stride(from: 0, to: lines, by: mostInputs) {
          let part = first..<min(first + mostInputs, lines)
          let region =
            transposed
            ? plan.region(layer: layer, array: array, rows: part, columns: 0..<columns)
            : plan.region(layer: layer, array: array, rows: 0..<rows, columns: part)
          let start = values.startIndex
          requests.append(
            ProductRequest(
              region: region,
              inputs: values[start + part.lowerBound..<start + part.upperBound].map { $0 / scale },
              transposed: transposed))
          places.append((place, sample, scale))
        }
      }
    }
    var found = asked.map { Matrix(rows: $0.inputs.rows, columns: width) }
    for (sums, (array, sample, scale)) in zip(try await device.multiply(requests), places) {
      for (place, value) in sums.enumerated() { found[array][sample, place] += scale * value }
    }
    return found
  }
}

extension Matrix {
  /// Each column times its sign; the same numbers where there are none.
  fileprivate func times(columnSigns signs: [Float]?) -> Matrix {
    guard let signs else { return self }
    var result = self
    for row in 0..<rows {
      for column in 0..<columns { result.values[row * columns + column] *= signs[column] }
    }
    return result
  }
}

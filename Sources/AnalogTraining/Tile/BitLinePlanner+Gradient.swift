import DeviceContract
public import ReproducibleNoise

extension BitLinePlanner {
  /// The pulses of a step of `rate` against a gradient: a train a sample, or one map of counts.
  ///
  /// - Parameters:
  ///   - signs: of the chopper, one a column; nil for none.
  ///   - cycles: counts slots in time, also those of trains in which nothing fires, which are not sent.
  public func pulses(
    for gradient: WeightGradient, rate: Float, array: Int, signs: [Float]? = nil,
    counting cycles: inout Int, using random: inout RandomStream
  ) -> [ArrayPulses] {
    switch gradient {
    case .outerProducts(let gradient):
      var pulses: [ArrayPulses] = []
      let (x, d) = (gradient.inputs, gradient.deltas)
      var line = [Float](repeating: 0, count: x.columns)
      var delta = [Float](repeating: 0, count: d.columns)
      for sample in 0..<x.rows {
        for column in 0..<x.columns {
          line[column] = x.values[sample &* x.columns &+ column] * (signs?[column] ?? 1)
        }
        for row in 0..<d.columns { delta[row] = -d.values[sample &* d.columns &+ row] }
        let lines = lines(rate: rate, d: delta, x: line, using: &random)
        cycles += lines.slots
        guard let pattern = lines.pattern else { continue }
        pulses.append(
          ArrayPulses(
            array: array, rows: 0..<d.columns, columns: 0..<x.columns, pattern: pattern))
      }
      return pulses
    case .elements(let gradient):
      let increments = gradient.values.enumerated().lazy.map { place, value in
        -rate * value * (signs?[place % gradient.columns] ?? 1)
      }
      let counts = counts(of: increments, using: &random)
      // Cells are pulsed side by side in time, row by row.
      cycles += Int(counts.map(\.magnitude).max() ?? 0)
      guard counts.contains(where: { $0 != 0 }) else { return [] }
      return [
        ArrayPulses(
          array: array, rows: 0..<gradient.rows, columns: 0..<gradient.columns,
          pattern: .counts(counts))
      ]
    }
  }
}

extension [Matrix?] {
  /// The cells of an array that a rule sees.
  func cells(of array: Int) -> Matrix {
    guard let cells = self[array] else {
      preconditionFailure("array \(array) was not read: `seen` does not name it")
    }
    return cells
  }
}

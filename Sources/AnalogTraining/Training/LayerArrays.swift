import DeviceContract

/// The rule of a layer, and the cells of its arrays as they were last read.
struct LayerArrays: Sendable {
  var rule: any UpdateRule
  /// Nil where the network does not see an array.
  var mirrors: [Matrix?]
  let shape: WeightShape

  init(rule: any UpdateRule, shape: WeightShape) {
    (self.rule, self.shape) = (rule, shape)
    let seen = rule.seen
    mirrors = (0..<rule.arrays).map {
      seen.contains($0) ? Matrix(rows: shape.rows, columns: shape.columns) : nil
    }
  }

  /// The weights that the network is evaluated at.
  var weights: Matrix { rule.weights(seeing: mirrors) }

  /// Takes what was read of a part of an array.
  mutating func take(
    _ values: [Float], array: Int, rows: Range<Int>, columns: Range<Int>
  ) {
    guard mirrors[array] != nil else { return }
    for (offset, row) in rows.enumerated() {
      let line = offset * columns.count
      for (place, column) in columns.enumerated() {
        mirrors[array]?[row, column] = values[line + place]
      }
    }
  }
}

extension Matrix {
  /// The slow array plus `gamma` times what the fast one holds beyond its reference, with the chopper's signs.
  ///
  /// Line 1 of algorithm 2 of arXiv 2602.21321, and line 3 of its algorithm 3.
  static func mixed(
    slow: Matrix, fast: Matrix, reference: Matrix?, gamma: Float, signs: [Float]? = nil
  ) -> Matrix {
    var weights = slow
    let columns = slow.columns
    weights.values.withUnsafeMutableBufferPointer { weights in
      fast.values.withUnsafeBufferPointer { fast in
        for row in 0..<slow.rows {
          for column in 0..<columns {
            let place = row &* columns &+ column
            let zero = reference.map { $0.values[place] } ?? 0
            weights[place] += gamma * (signs?[column] ?? 1) * (fast[place] - zero)
          }
        }
      }
    }
    return weights
  }

  /// Numbers of some columns less those of this matrix, row-major over the columns.
  func subtracted(from values: [Float], columns: Range<Int>) -> [Float] {
    values.enumerated().map { place, value in
      value - self[place / columns.count, columns.lowerBound + place % columns.count]
    }
  }
}

/// Numbers of some columns, each times the sign of its column.
func signed(_ values: [Float], columns: Range<Int>, by signs: [Float]) -> [Float] {
  values.enumerated().map { place, value in
    value * signs[columns.lowerBound + place % columns.count]
  }
}

import TrainingKernels

/// Numbers in rows and columns, row-major, in single precision.
public struct Matrix: Sendable, Hashable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// Row after row.
  public var values: [Float]

  /// Wraps numbers.
  ///
  /// - Precondition: there are `rows * columns` of them.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(rows) x \(columns) numbers are needed")
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  /// The same number everywhere.
  public init(rows: Int, columns: Int, repeating value: Float = 0) {
    self.init(
      rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// One entry.
  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row.
  public subscript(row row: Int) -> ArraySlice<Float> {
    values[row * columns..<(row + 1) * columns]
  }

  /// The product of every row of `inputs` with this matrix: (samples x columns) to (samples x rows).
  public func times(rowsOf inputs: Matrix) -> Matrix {
    precondition(inputs.columns == columns, "as many inputs as columns")
    return product(of: inputs, width: rows, training_forward)
  }

  /// The product of every row of `inputs` with the transpose: (samples x rows) to (samples x columns).
  public func transposedTimes(rowsOf inputs: Matrix) -> Matrix {
    precondition(inputs.columns == rows, "as many inputs as rows")
    return product(of: inputs, width: columns, training_backward)
  }

  private typealias Numbers = UnsafePointer<Float>?

  private func product(
    of inputs: Matrix, width: Int,
    _ kernel: (Numbers, Int32, Int32, Numbers, Int32, UnsafeMutablePointer<Float>?) -> Void
  ) -> Matrix {
    var out = Matrix(rows: inputs.rows, columns: width)
    values.withUnsafeBufferPointer { weights in
      inputs.values.withUnsafeBufferPointer { values in
        out.values.withUnsafeMutableBufferPointer { out in
          kernel(
            weights.baseAddress, Int32(rows), Int32(columns), values.baseAddress,
            Int32(inputs.rows), out.baseAddress)
        }
      }
    }
    return out
  }
}

import TrainingKernels

extension Matrix {
  /// Every `height` rows of the matrix transposed, one block after the other, on as many rows of the result as the
  /// matrix has columns.
  func transposedBlocks(of height: Int) -> Matrix {
    precondition(height > 0 && rows % height == 0, "whole blocks")
    let blocks = rows / height
    var out = Matrix(rows: blocks * columns, columns: height)
    values.withUnsafeBufferPointer { values in
      out.values.withUnsafeMutableBufferPointer { out in
        training_transpose(
          values.baseAddress, Int64(blocks), Int32(height), Int32(columns), out.baseAddress)
      }
    }
    return out
  }

  /// The same numbers in rows of another length.
  func rows(of columns: Int) -> Matrix {
    Matrix(rows: values.count / columns, columns: columns, values: values)
  }

  /// Adds a number to each column.
  mutating func add(toColumns numbers: [Float]) {
    precondition(numbers.count == columns, "one number a column")
    values.withUnsafeMutableBufferPointer {
      training_add_to_columns(
        Int64(rows), Int32(numbers.count), numbers, $0.baseAddress)
    }
  }

  /// The sum of each column.
  var columnSums: [Float] {
    transposedTimes(rowsOf: Matrix(rows: 1, columns: rows, repeating: 1)).values
  }
}

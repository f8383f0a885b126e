import ResponseModels

/// Spreads row-major parameters over padded rows.
struct Layout {
  let parameters: CellParameters
  let stride: Int

  /// Padding cells are stuck at 0, so that they compute nothing odd.
  func buffer(_ path: KeyPath<Cell, Double>, padding: Float = 0) -> CellBuffer<Float> {
    let buffer = CellBuffer<Float>(count: parameters.rows * stride, repeating: padding)
    for row in 0..<parameters.rows {
      for column in 0..<parameters.columns {
        buffer[row * stride + column] =
          Float(parameters.cells[row * parameters.columns + column][keyPath: path])
      }
    }
    return buffer
  }
}

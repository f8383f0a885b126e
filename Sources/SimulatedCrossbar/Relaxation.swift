import ResponseModels

/// The parameters of what happens to cells without pulses.
struct Relaxation: Sendable {
  private let decayScale: CellBuffer<Float>
  private let diffusionRate: CellBuffer<Float>
  private let resetBias: CellBuffer<Float>
  private let driftNu: CellBuffer<Float>

  init(_ source: CellSource, stride: Int) {
    let count = source.settings.rows * stride
    func buffer(_ value: Float) -> CellBuffer<Float> { CellBuffer(count: count, repeating: value) }
    decayScale = buffer(1)
    diffusionRate = buffer(0)
    resetBias = buffer(0)
    driftNu = buffer(0)
    let relaxation = self
    source.forEachRow { row, cells in
      for (column, cell) in cells.enumerated() {
        let index = row * stride + column
        relaxation.decayScale[index] = Float(cell.decayScale)
        relaxation.diffusionRate[index] = Float(cell.diffusionRate)
        relaxation.resetBias[index] = Float(cell.resetBias)
        relaxation.driftNu[index] = Float(cell.driftNu)
      }
    }
  }

  func fill(_ cell: inout Cell, at index: Int) {
    cell.decayScale = Double(decayScale[index])
    cell.diffusionRate = Double(diffusionRate[index])
    cell.resetBias = Double(resetBias[index])
    cell.driftNu = Double(driftNu[index])
  }
}

import ResponseModels

/// The parameters and the memory of what happens to cells without pulses.
struct Relaxation: Sendable {
  private let decayScale: CellBuffer<Float>
  private let diffusionRate: CellBuffer<Float>
  private let resetBias: CellBuffer<Float>
  private let driftNu: CellBuffer<Float>
  /// For drift: the weight after the last call, when the cell was written, and with what.
  let driftedWeight: CellBuffer<Float>
  let writtenWeight: CellBuffer<Float>
  let writtenTime: CellBuffer<Double>
  /// Seconds that drift has been called for.
  var time = 0.0

  /// Nil where the cells keep their states, so that they take no memory for it.
  init?(layout: Layout, parameters: CellParameters, model: DeviceModel) {
    let moves = parameters.cells.contains {
      $0.decayScale != 1 || $0.diffusionRate != 0 || $0.driftNu != 0 || $0.resetBias != 0
    }
    guard moves || model.resetStd > 0 && (model.reset != 0 || model.resetDtod != 0) else {
      return nil
    }
    decayScale = layout.buffer(\.decayScale)
    diffusionRate = layout.buffer(\.diffusionRate)
    resetBias = layout.buffer(\.resetBias)
    driftNu = layout.buffer(\.driftNu)
    driftedWeight = CellBuffer(count: decayScale.count, repeating: .infinity)
    writtenWeight = CellBuffer(count: decayScale.count, repeating: 0)
    writtenTime = CellBuffer(count: decayScale.count, repeating: 0)
  }

  func fill(_ cell: inout Cell, at index: Int) {
    cell.decayScale = Double(decayScale[index])
    cell.diffusionRate = Double(diffusionRate[index])
    cell.resetBias = Double(resetBias[index])
    cell.driftNu = Double(driftNu[index])
  }
}

import CrossbarKernels
import DeviceContract
import Foundation
import ReproducibleNoise
import ResponseModels

/// The cells of one tile: a structure of arrays in the layout of the kernels.
///
/// For the soft-bounds reference device a cell takes 44 bytes: weight, two bounds, two steps, reference,
/// two pulse counters, exposures, samples, and padding of the row to whole vectors.
struct TileCells: Sendable {
  let tile: Int
  let rows: Int
  let columns: Int
  let stride: Int
  let weights: CellBuffer<Float>
  let maxBound: CellBuffer<Float>
  let minBound: CellBuffer<Float>
  let stepUp: CellBuffer<Float>
  let stepDown: CellBuffer<Float>
  let shapeUp: CellBuffer<Float>?
  let shapeDown: CellBuffer<Float>?
  let reference: CellBuffer<Float>?
  let firedUp: CellBuffer<UInt32>
  let firedDown: CellBuffer<UInt32>
  let exposures: CellBuffer<UInt32>
  let samples: CellBuffer<UInt32>
  /// What happens without pulses; only where the model has any of it.
  var relaxation: Relaxation?
  /// Pulses after which a cell no longer moves; only where cells wear.
  var life: CellBuffer<UInt32>?
  /// Counts what redraws the write noise of all cells: setting, decay, diffusion, drift, reset.
  var epoch: UInt32 = 0

  init(tile: Int, parameters: CellParameters, settings: SimulatorSettings) {
    self.tile = tile
    (rows, columns) = (parameters.rows, parameters.columns)
    stride = (columns + Int(TARE_LANES) - 1) / Int(TARE_LANES) * Int(TARE_LANES)
    let kind = settings.device.model.kind
    let count = rows * stride
    let layout = Layout(parameters: parameters, stride: stride)
    maxBound = layout.buffer(\.maxBound)
    minBound = layout.buffer(\.minBound)
    stepUp = layout.buffer(\.dwminUp)
    stepDown = layout.buffer(\.dwminDown)
    switch kind {
    case .linearStep, .softBounds, .softBoundsPmax:
      (shapeUp, shapeDown) = (layout.buffer(\.slopeUp), layout.buffer(\.slopeDown))
    case .powStep, .powStepReference:
      (shapeUp, shapeDown) = (layout.buffer(\.gammaUp), layout.buffer(\.gammaDown))
    default: (shapeUp, shapeDown) = (nil, nil)
    }
    reference = kind.hasReference ? layout.buffer(\.reference) : nil
    weights = CellBuffer(count: count, repeating: 0)
    firedUp = CellBuffer(count: count, repeating: 0)
    firedDown = CellBuffer(count: count, repeating: 0)
    exposures = CellBuffer(count: count, repeating: 0)
    samples = CellBuffer(count: count, repeating: 0)
    relaxation = Relaxation(layout: layout, parameters: parameters, model: settings.device.model)
    for row in 0..<rows {
      for column in 0..<columns {
        let start = parameters.start?[row * columns + column] ?? settings.start
        place(Float(start), at: row * stride + column)
      }
    }
    if settings.endurance > 0 { life = Self.lives(count: count, tile: tile, settings: settings) }
  }

  /// Puts a weight between the bounds of its cell.
  func place(_ weight: Float, at index: Int) {
    let shift = reference?[index] ?? 0
    weights[index] = max(minBound[index], min(maxBound[index], weight + shift)) - shift
  }

  /// The hidden parameters of a cell as they are now.
  func cell(at index: Int, kind: ResponseKind) -> Cell {
    var cell = Cell()
    cell.maxBound = Double(maxBound[index])
    cell.minBound = Double(minBound[index])
    cell.dwminUp = Double(stepUp[index])
    cell.dwminDown = Double(stepDown[index])
    if let shapeUp, let shapeDown {
      if kind == .powStep || kind == .powStepReference {
        (cell.gammaUp, cell.gammaDown) = (Double(shapeUp[index]), Double(shapeDown[index]))
      } else {
        (cell.slopeUp, cell.slopeDown) = (Double(shapeUp[index]), Double(shapeDown[index]))
      }
    }
    cell.reference = Double(reference?[index] ?? 0)
    relaxation?.fill(&cell, at: index)
    if let life, firedUp[index] + firedDown[index] >= life[index] {
      (cell.dwminUp, cell.dwminDown) = (0, 0)
    }
    return cell
  }

  /// Every cell of a region: its place in a row-major array over the region, and in the buffers.
  func forEachCell(of region: CellRegion, _ body: (_ offset: Int, _ index: Int) -> Void) {
    var offset = 0
    for row in region.rows.lowerBound.index..<region.rows.upperBound.index {
      for column in region.columns.lowerBound.index..<region.columns.upperBound.index {
        body(offset, row * stride + column)
        offset += 1
      }
    }
  }

  private static func lives(
    count: Int, tile: Int, settings: SimulatorSettings
  ) -> CellBuffer<UInt32> {
    let lives = CellBuffer<UInt32>(count: count, repeating: 0)
    // A stream far from those of the hidden parameters.
    var random = RandomStream(seed: settings.seed, stream: UInt64(0xFF) << 56 | UInt64(tile))
    for index in 0..<count {
      let life = settings.endurance * exp(settings.enduranceDtod * random.gaussian())
      lives[index] = UInt32(min(life, Double(UInt32.max)))
    }
    return lives
  }
}

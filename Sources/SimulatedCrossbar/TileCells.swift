import CrossbarKernels
import DeviceContract
import ResponseModels

/// The cells of one tile: a structure of arrays in the layout of the kernels.
///
/// What changes lies in the chip's memory; hidden parameters are drawn again whenever the chip is opened.
/// For the soft-bounds reference device a cell takes 44 bytes: weight, two bounds, two steps, reference,
/// two pulse counters, exposures, samples, and padding of the row to whole vectors; drift takes 16 more.
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
  /// For drift: the weight after the last call, when the cell was written, and with what.
  let driftedWeight: CellBuffer<Float>
  let writtenWeight: CellBuffer<Float>
  let writtenTime: CellBuffer<Double>
  /// What weights are more than they say; only where states move without pulses.
  let remainders: CellBuffer<Float>?
  /// The state that cells relax to; only where states move without pulses.
  let rest: CellBuffer<Float>?
  private let memory: ChipMemory
  /// Pulses after which a cell no longer moves; only where cells wear.
  let life: CellBuffer<UInt32>?
  /// What happens without pulses; made when it first does.
  var relaxation: Relaxation?
  /// No cell has had more pulses than this; the exact number is found when it matters.
  var mostFired: Int

  /// Draws the cells of a tile; those of a new chip are put at their start.
  init(_ source: CellSource, in memory: ChipMemory, isNew: Bool) {
    tile = source.tile
    (rows, columns) = (source.settings.rows, source.settings.columns)
    stride = (columns + Int(CROSSBAR_LANES) - 1) / Int(CROSSBAR_LANES) * Int(CROSSBAR_LANES)
    let kind = source.model.kind
    let count = rows * stride
    // Padding cells are stuck at 0, so that they compute nothing odd.
    func buffer() -> CellBuffer<Float> { CellBuffer(count: count, repeating: 0) }
    (maxBound, minBound, stepUp, stepDown) = (buffer(), buffer(), buffer(), buffer())
    let isLinear = [.linearStep, .softBounds, .softBoundsPmax].contains(kind)
    let isPower = kind == .powStep || kind == .powStepReference
    shapeUp = isLinear || isPower ? buffer() : nil
    shapeDown = isLinear || isPower ? buffer() : nil
    reference = kind.hasReference ? buffer() : nil
    self.memory = memory
    weights = memory.array(.weights, tile: tile)
    firedUp = memory.array(.firedUp, tile: tile)
    firedDown = memory.array(.firedDown, tile: tile)
    exposures = memory.array(.exposures, tile: tile)
    samples = memory.array(.samples, tile: tile)
    driftedWeight = memory.array(.driftedWeight, tile: tile)
    writtenWeight = memory.array(.writtenWeight, tile: tile)
    writtenTime = memory.array(.writtenTime, tile: tile)
    mostFired = isNew ? 0 : Int(UInt32.max)
    life = source.settings.endurance > 0 ? CellBuffer(count: count, repeating: 0) : nil
    let isDisturbed = source.settings.isDisturbed
    remainders = isDisturbed ? memory.array(.remainders, tile: tile) : nil
    rest = isDisturbed ? buffer() : nil
    let tile = self
    source.forEachRow { row, cells in
      for (column, cell) in cells.enumerated() {
        let index = row * tile.stride + column
        tile.maxBound[index] = Float(cell.maxBound)
        tile.minBound[index] = Float(cell.minBound)
        tile.stepUp[index] = Float(cell.dwminUp)
        tile.stepDown[index] = Float(cell.dwminDown)
        tile.shapeUp?[index] = Float(isPower ? cell.gammaUp : cell.slopeUp)
        tile.shapeDown?[index] = Float(isPower ? cell.gammaDown : cell.slopeDown)
        tile.reference?[index] = Float(cell.reference)
        tile.rest?[index] = Float(cell.resetBias)
        tile.life?[index] = source.life(row: row, column: column)
        if isNew { tile.place(Float(source.start(row: row, column: column)), at: index) }
      }
    }
  }

  /// What the tile remembers besides its cells.
  var record: UnsafeMutablePointer<crossbar_chip_tile> { memory.tileRecord(tile) }

  /// Until when its states are known; only where they move without pulses.
  var relaxedUntil: UnsafeMutablePointer<Double>? {
    remainders == nil ? nil : memory.at(memory.layout.relaxedUntil(tile: tile))
  }

  /// Puts a weight between the bounds of its cell.
  func place(_ weight: Float, at index: Int) {
    let shift = reference?[index] ?? 0
    weights[index] = max(minBound[index], min(maxBound[index], weight + shift)) - shift
    remainders?[index] = 0
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

  /// The most pulses that a cell of a region has had.
  func countMostFired(of region: CellRegion) -> Int {
    var most = 0
    forEachCell(of: region) { _, index in
      most = max(most, Int(firedUp[index]) + Int(firedDown[index]))
    }
    return most
  }

  /// The numbers of a buffer for the cells of a region, row-major.
  func values<Number>(of buffer: CellBuffer<Number>, in region: CellRegion) -> [Number] {
    var values: [Number] = []
    values.reserveCapacity(region.count)
    forEachCell(of: region) { _, index in values.append(buffer[index]) }
    return values
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
}

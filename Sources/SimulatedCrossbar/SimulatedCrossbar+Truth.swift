public import DeviceContract
import ReproducibleNoise
public import ResponseModels

// What only a simulator knows. Estimates are compared with it; no algorithm is given it.
extension SimulatedCrossbar {
  /// The true symmetric point of every cell of a region, row-major; nil for cells that have none.
  public func symmetricPoints(of region: CellRegion) throws(DeviceError) -> [Double?] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    var points = [Double?](repeating: nil, count: region.count)
    tile.forEachCell(of: region) { offset, index in
      points[offset] = model.symmetricPoint(of: tile.cell(at: index, kind: model.kind))
    }
    return points
  }

  /// The hidden parameters of every cell of a region, as it was built.
  public func hiddenParameters(of region: CellRegion) throws(DeviceError) -> CellParameters {
    try capabilities.check(region)
    let source = CellSource(tile: region.tile.index, settings: settings)
    let columns = region.columns.lowerBound.index..<region.columns.upperBound.index
    let cells = region.rows.flatMap { source.row($0.index)[columns] }
    return CellParameters(
      rows: region.rows.count, columns: region.columns.count, cells: cells)
  }

  /// The states that pulses move, without write noise and read noise, row-major.
  public func states(of region: CellRegion) throws(DeviceError) -> [Float] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    return tile.values(of: tile.weights, in: region)
  }

  /// How often every cell of a region has been half-selected, row-major.
  public func exposures(of region: CellRegion) throws(DeviceError) -> [UInt32] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    return tile.values(of: tile.exposures, in: region)
  }

  /// Puts weights into the cells of a region without pulses; cells hold them between their bounds.
  public func setStates(_ weights: [Float], of region: CellRegion) throws(DeviceError) {
    try capabilities.check(region)
    guard weights.count == region.count, weights.allSatisfy(\.isFinite) else {
      throw .refused("\(region.count) finite weights are needed; \(weights.count) were given")
    }
    let tile = tiles[region.tile.index]
    tile.forEachCell(of: region) { offset, index in tile.place(weights[offset], at: index) }
    tiles[region.tile.index].epoch += 1
  }

  /// What can happen to the cells of a tile without pulses.
  public enum Event: Sendable, Hashable {
    /// Calls of decay, each by `strength` of the cell's rate.
    case decay(strength: Double)
    /// One call of diffusion.
    case diffuse
    /// Conductance drift over some seconds.
    case drift(seconds: Double)
    /// A reset of every cell.
    case reset
  }

  /// Lets an event happen to all cells of a tile, and redraws the write noise of all of them.
  public func undergo(_ event: Event, tile number: Tile = 0) throws(DeviceError) {
    let region = capabilities.whole(tile: number)
    try capabilities.check(region)
    if tiles[number.index].relaxation == nil {
      tiles[number.index].relaxation = Relaxation(
        CellSource(tile: number.index, settings: settings), stride: tiles[number.index].stride)
    }
    let tile = tiles[number.index]
    if case .drift(let seconds) = event { tiles[number.index].relaxation?.time += seconds }
    let relaxation = tiles[number.index].relaxation
    tile.forEachCell(of: region) { _, index in
      let cell = tile.cell(at: index, kind: model.kind)
      let weight = Double(tile.weights[index])
      switch event {
      case .decay(let strength):
        tile.place(Float(cell.decayed(weight, strength: strength)), at: index)
      case .diffuse:
        tile.place(Float(cell.diffused(weight, draw: relaxationNoise.gaussian())), at: index)
      case .reset:
        let value = cell.afterReset(draw: relaxationNoise.gaussian(), model: model)
        tile.place(Float(value), at: index)
      case .drift:
        let draw = relaxationNoise.gaussian()
        relaxation?.drift(cell, in: tile, at: index, draw: draw, model: model)
      }
    }
    tiles[number.index].epoch += 1
  }
}

extension Relaxation {
  /// One call of drift on a cell: a cell written since the last call starts anew, the others have aged.
  fileprivate func drift(
    _ cell: Cell, in tile: TileCells, at index: Int, draw: Double, model: DeviceModel
  ) {
    let weight = tile.weights[index]
    if abs(weight - driftedWeight[index]) > 1e-7 {
      writtenTime[index] = time
      writtenWeight[index] = weight
      driftedWeight[index] = weight
      return
    }
    let age = time - writtenTime[index]
    let value = cell.drifted(
      Double(writtenWeight[index]), after: age, draw: draw, model: model)
    tile.place(Float(value), at: index)
    driftedWeight[index] = tile.weights[index]
  }
}

import CrossbarKernels
public import DeviceContract
import ReproducibleNoise
public import ResponseModels

// What only a simulator knows. Estimates are compared with it; no algorithm is given it.
extension Crossbar {
  /// The true symmetric point of every cell of a region, row-major; nil for cells that have none.
  public func symmetricPoints(of region: CellRegion) throws(DeviceError) -> [Double?] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    let model = models[tile.tile]
    var points = [Double?](repeating: nil, count: region.count)
    tile.forEachCell(of: region) { offset, index in
      points[offset] = model.symmetricPoint(of: tile.cell(at: index, kind: model.kind))
    }
    return points
  }

  /// The hidden parameters of every cell of a region, as it was built.
  public func hiddenParameters(of region: CellRegion) throws(DeviceError) -> CellParameters {
    try capabilities.check(region)
    let number = region.tile.index
    let source = CellSource(tile: number, settings: settings, model: models[number])
    let columns = region.columns.lowerBound.index..<region.columns.upperBound.index
    let cells = region.rows.flatMap { source.row($0.index)[columns] }
    return CellParameters(
      rows: region.rows.count, columns: region.columns.count, cells: cells)
  }

  /// The states that pulses move, without write noise and read noise, row-major.
  public func states(of region: CellRegion) throws(DeviceError) -> [Float] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    if settings.relaxation > 0 {
      memory.begin(movingBlocks(of: tile))
      relax(tile)
      memory.commit()
    }
    return tile.values(of: tile.weights, in: region)
  }

  /// How often every cell of a region has been half-selected, row-major.
  public func exposures(of region: CellRegion) throws(DeviceError) -> [UInt32] {
    try capabilities.check(region)
    let tile = tiles[region.tile.index]
    guard !memory.isDurable else { return tile.values(of: tile.exposures, in: region) }
    guard let sums = exposed[region.tile.index] else {
      return [UInt32](repeating: 0, count: region.count)
    }
    return (0..<region.count).map {
      UInt32(clamping: sums.count(region.cell($0, columns: capabilities.columns)))
    }
  }

  /// Puts weights into the cells of a region without pulses; cells hold them between their bounds.
  public func setStates(_ weights: [Float], of region: CellRegion) throws(DeviceError) {
    try capabilities.check(region)
    guard weights.count == region.count, weights.allSatisfy(\.isFinite) else {
      throw .refused("\(region.count) finite weights are needed; \(weights.count) were given")
    }
    let tile = tiles[region.tile.index]
    if memory.isDurable {
      let (rows, columns) = Self.places(of: region)
      let weights = memory.block(.weights, tile: tile.tile, rows: rows, columns: columns)
      let moving = movingBlocks(of: tile)
      memory.begin((moving.isEmpty ? [weights] : moving) + [memory.block(tile.record)])
    }
    relax(tile)
    tile.forEachCell(of: region) { offset, index in tile.place(weights[offset], at: index) }
    tile.record.pointee.epoch += 1
    memory.commit()
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
        CellSource(tile: number.index, settings: settings, model: models[number.index]),
        stride: tiles[number.index].stride)
    }
    let tile = tiles[number.index]
    if memory.isDurable {
      let (rows, columns) = Self.places(of: region)
      let moving = movingBlocks(of: tile)
      let arrays: [ChipLayout.Array] = [.driftedWeight, .writtenWeight, .writtenTime]
      memory.begin(
        (arrays + (moving.isEmpty ? [.weights] : [])).map {
          memory.block($0, tile: tile.tile, rows: rows, columns: columns)
        } + moving + [memory.block(tile.record)])
    }
    relax(tile)
    happen(event, to: tile, region)
    tile.record.pointee.epoch += 1
    memory.commit()
  }

  private func happen(_ event: Event, to tile: TileCells, _ region: CellRegion) {
    // A stream of each event, so that a chip which was put away goes on as if it had not been. Streams
    // of cells have 0 or 0xFF in the highest byte.
    let (record, model) = (tile.record, models[tile.tile])
    var noise = RandomStream(
      seed: settings.seed,
      stream: 0xFE << 56 | UInt64(tile.tile) << 48 | UInt64(record.pointee.epoch))
    let isFirstDrift = record.pointee.has_drifted == 0
    if case .drift(let seconds) = event {
      record.pointee.drift_time += seconds
      record.pointee.has_drifted = 1
    }
    tile.forEachCell(of: region) { offset, index in
      if offset == region.count / 2 { memory.reached("half of the cells") }
      let cell = tile.cell(at: index, kind: model.kind)
      let weight = Double(tile.weights[index])
      switch event {
      case .decay(let strength):
        tile.place(Float(cell.decayed(weight, strength: strength)), at: index)
      case .diffuse:
        tile.place(Float(cell.diffused(weight, draw: noise.gaussian())), at: index)
      case .reset:
        let value = cell.afterReset(draw: noise.gaussian(), model: model)
        tile.place(Float(value), at: index)
      case .drift:
        let draw = noise.gaussian()
        tile.drift(cell, at: index, isFirst: isFirstDrift, draw: draw, model: model)
      }
    }
  }
}

extension TileCells {
  /// One call of drift on a cell: a cell written since the last call starts anew, the others have aged.
  fileprivate func drift(
    _ cell: Cell, at index: Int, isFirst: Bool, draw: Double, model: DeviceModel
  ) {
    let (weight, time) = (weights[index], record.pointee.drift_time)
    if isFirst || abs(weight - driftedWeight[index]) > 1e-7 {
      writtenTime[index] = time
      writtenWeight[index] = weight
      driftedWeight[index] = weight
      return
    }
    let age = time - writtenTime[index]
    let value = cell.drifted(
      Double(writtenWeight[index]), after: age, draw: draw, model: model)
    place(Float(value), at: index)
    driftedWeight[index] = weights[index]
  }
}

import CrossbarKernels
import DeviceContract
import PhysicalUnits

// Time passes for all tiles. That in which a tile is pulsed or read it feels at once, and that of the others when it
// is next looked at.
extension Crossbar {
  /// Lets a tile feel the time that has passed since it was last looked at.
  ///
  /// In a file only between `begin` and `commit`, with ``movingBlocks(of:)``.
  func relax(_ tile: TileCells) {
    guard settings.relaxation > 0, let until = tile.relaxedUntil else { return }
    let clock = memory.clock
    if clock.value > until.pointee { pass(clock - Seconds(until.pointee), tile) }
    until.pointee = clock.value
  }

  /// Lets some time pass for a tile.
  func pass(_ time: Seconds, _ tile: TileCells) {
    guard settings.relaxation > 0 else { return }
    var (cells, pulses) = (kernelCells(tile), crossbar_pulses())
    let around = Surroundings(time, of: tile, settings: settings)
    around.settle(slot: 0, rows: 0..<tile.rows, cells: &cells, pulses: &pulses)
  }

  /// What else than a region changes of a tile whose states move without pulses.
  func movingBlocks(of tile: TileCells) -> [ChipMemory.Block] {
    guard let until = tile.relaxedUntil else { return [] }
    let (rows, columns) = Self.places(of: capabilities.whole(tile: Tile(tile.tile)))
    return [ChipLayout.Array.weights, .remainders].map {
      memory.block($0, tile: tile.tile, rows: rows, columns: columns)
    } + [memory.block(until)]
  }
}

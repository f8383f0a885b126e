import DeviceContract

// Pulses of which nobody knows whether they were fired, until an odometer tells.
extension LedgerState {
  /// Nobody knows which cells uncertain pulses reached: each cell is charged all that it could have had.
  func addUncertain(_ train: PulseTrain, sure: CellCounts?, of board: BoardState) {
    let tile = train.region.tile.index
    let counts = train.cellCounts
    let none = [UInt32](repeating: 0, count: cells)
    var bounds = uncertain[tile] ?? none
    if board.uncertain[tile].isEmpty { board.uncertain[tile] = none }
    forEachCell(of: train.region) { offset, cell in
      let known = (sure?.up[offset] ?? 0) + (sure?.down[offset] ?? 0)
      let most = counts.up[offset].addingSaturating(counts.down[offset])
      let rest = most > known ? most - known : 0
      bounds[cell] = bounds[cell].addingSaturating(rest)
      board.uncertain[tile][cell] = board.uncertain[tile][cell].addingSaturating(rest)
    }
    uncertain[tile] = bounds
    changedTiles.insert(tile)
  }

  /// A device whose counters survive counts before it fires: what its odometer does not hold of the
  /// uncertain pulses was not fired.
  func settleUncertain(_ tile: Int, _ board: BoardState, _ beyond: CellCounts?) {
    guard var bounds = uncertain[tile], board.durability == .everyPulse else {
      board.uncertain[tile] = []
      return
    }
    for cell in bounds.indices {
      let most = board.uncertain[tile][cell]
      let counted = beyond.map { $0.up[cell].addingSaturating($0.down[cell]) } ?? 0
      bounds[cell] -= min(bounds[cell], most - min(most, counted))
    }
    uncertain[tile] = bounds
    board.uncertain[tile] = []
    changedTiles.insert(tile)
  }

  /// What the odometer of an adoption counts of the uncertain pulses and the adoption does not book as
  /// unexplained, so that it is neither booked twice nor forgotten.
  func remainder(
    _ adoption: LedgerEntry.Adoption, _ tile: Int, of board: BoardState
  ) -> CellCounts {
    func rest(_ odometer: [UInt32], _ known: [UInt32], _ booked: [UInt32]) -> [UInt32] {
      odometer.indices.map { cell in
        let explained = known[cell].addingSaturating(booked[cell])
        return odometer[cell] > explained ? odometer[cell] - explained : 0
      }
    }
    let (odometer, booked) = (adoption.odometer[tile], adoption.unexplained[tile])
    let known = board.odometer[tile]
    return CellCounts(
      up: rest(odometer.up, known.up, booked.up),
      down: rest(odometer.down, known.down, booked.down))
  }

  private func forEachCell(of region: CellRegion, _ body: (Int, Int) -> Void) {
    var offset = 0
    for row in region.rows.lowerBound.index..<region.rows.upperBound.index {
      for column in region.columns.lowerBound.index..<region.columns.upperBound.index {
        body(offset, row * columns + column)
        offset += 1
      }
    }
  }
}

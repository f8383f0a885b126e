import DeviceContract

extension ConformanceCheck {
  /// Pulses reach the cells that were meant, and only those.
  static let addressing = [
    ConformanceCheck(
      "regions", "A train on a cell, a row, a column, a corner or the whole tile fires there only."
    ) { probe in
      try probe.need(.uniform)
      let rows = probe.capabilities.rows, columns = probe.capabilities.columns
      let regions = [
        CellRegion.cell(row: Row(rows / 2), column: Column(columns / 3)),
        CellRegion(rows: Row(rows - 1)..<Row(rows), columns: 0..<Column(columns)),
        CellRegion(rows: 0..<Row(rows), columns: Column(columns - 1)..<Column(columns)),
        CellRegion.cell(row: Row(rows - 1), column: Column(columns - 1)),
        CellRegion.whole(rows: rows, columns: columns),
      ]
      for region in regions {
        try await probe.applyAndCount(probe.train(.uniform(.up, count: 2), on: region))
      }
    },
    ConformanceCheck("row-major", "Maps and counts over a region are row-major.") { probe in
      try probe.need(.counts)
      let region = probe.smallRegion
      guard region.count > 1 else { throw NotApplicable(explanation: "there is only one cell") }
      let map = (0..<region.count).map { Int16($0 + 1) }
      try await probe.applyAndCount(probe.train(.counts(map), on: region))
      let before = try await probe.device.odometer(of: region)
      _ = try await probe.device.apply(probe.train(.counts(map.map { -$0 }), on: region))
      let fired = try await probe.device.odometer(of: region) - before
      try probe.expect(
        fired.down == map.map(UInt32.init), "the odometer of the region counts \(fired.down)")
    },
    ConformanceCheck("tiles", "Tiles are pulsed and counted apart.") { probe in
      try probe.need(.uniform)
      guard probe.capabilities.tiles > 1 else {
        throw NotApplicable(explanation: "the device has one tile")
      }
      for tile in 0..<probe.capabilities.tiles {
        let others = (0..<probe.capabilities.tiles).filter { $0 != tile }
        var before: [CellCounts] = []
        for other in others {
          before.append(
            try await probe.device.odometer(of: probe.capabilities.whole(tile: Tile(other))))
        }
        var region = probe.smallRegion
        region.tile = Tile(tile)
        try await probe.applyAndCount(probe.train(.uniform(.up, count: 3), on: region))
        for (other, counts) in zip(others, before) {
          let now = try await probe.device.odometer(of: probe.capabilities.whole(tile: Tile(other)))
          try probe.expect(now == counts, "a train on tile \(tile) was counted on tile \(other)")
        }
      }
    },
  ]
}

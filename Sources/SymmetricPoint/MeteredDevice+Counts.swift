public import DeviceContract
import PulseLedger

extension MeteredDevice {
  /// Gives each cell of a region pulses of its own, by one train or, where the board cannot, by one a cell.
  func apply(
    counts: [Int], to region: CellRegion, scheme: BiasScheme
  ) async throws(DeviceError) {
    func train(_ pattern: PulseTrain.Pattern, _ region: CellRegion) -> PulseTrain {
      PulseTrain(
        region: region, pattern: pattern, shape: capabilities.nominalShape, scheme: scheme,
        cause: .calibrate)
    }
    if capabilities.trainKinds.contains(.counts) {
      _ = try await apply(train(.counts(counts.map { Int16(clamping: $0) }), region))
      return
    }
    let trains = counts.indices.filter { counts[$0] != 0 }.map { cell in
      train(
        .uniform(counts[cell] > 0 ? .up : .down, count: abs(counts[cell])), region.cell(at: cell))
    }
    _ = try await apply(trains)
  }
}

extension CellRegion {
  /// One cell, by its place in a row-major array over the region.
  func cell(at place: Int) -> CellRegion {
    let (row, column) = place.quotientAndRemainder(dividingBy: columns.count)
    return .cell(
      tile: tile, row: Row(rows.lowerBound.index + row),
      column: Column(columns.lowerBound.index + column))
  }

  /// Cells that lie side by side in a row, as regions: what is done to all cells of one alike takes one train.
  ///
  /// - Parameter chosen: whether each cell is meant, row-major.
  public func segments(of chosen: [Bool]) -> [CellRegion] {
    var found: [CellRegion] = []
    for row in 0..<rows.count {
      var first: Int?
      for column in 0...columns.count {
        let isMeant = column < columns.count && chosen[row * columns.count + column]
        if isMeant {
          first = first ?? column
        } else if let start = first {
          let line = Row(rows.lowerBound.index + row)
          let left = columns.lowerBound.index
          found.append(
            CellRegion(
              tile: tile, rows: line..<line.advanced(by: 1),
              columns: Column(left + start)..<Column(left + column)))
          first = nil
        }
      }
    }
    return found
  }
}

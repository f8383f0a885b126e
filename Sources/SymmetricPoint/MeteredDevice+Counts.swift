public import DeviceContract
public import PulseLedger

extension MeteredDevice {
  /// Gives each cell of a region pulses of its own, by one train or, where the board cannot, by one a cell.
  ///
  /// - Parameters:
  ///   - counts: one entry a cell, row-major, positive for up.
  ///   - rows: the rows that are pulsed, in this order, by a train each; nil for all of them by one train.
  public func apply(
    counts: [Int], to region: CellRegion, scheme: BiasScheme, cause: Cause = .calibrate,
    rows: [Int]? = nil
  ) async throws(DeviceError) {
    func train(_ pattern: PulseTrain.Pattern, _ region: CellRegion) -> PulseTrain {
      PulseTrain(
        region: region, pattern: pattern, shape: capabilities.nominalShape, scheme: scheme,
        cause: cause)
    }
    let columns = region.columns.count
    if capabilities.trainKinds.contains(.counts) {
      let counts = counts.map { Int16(clamping: $0) }
      let trains =
        rows?.map { row in
          train(
            .counts(Array(counts[row * columns..<(row + 1) * columns])), region.row(at: row))
        } ?? [train(.counts(counts), region)]
      _ = try await apply(trains)
      return
    }
    let cells = rows.map { $0.flatMap { row in row * columns..<(row + 1) * columns } }
    let trains = (cells ?? Array(counts.indices)).filter { counts[$0] != 0 }.map { cell in
      train(
        .uniform(counts[cell] > 0 ? .up : .down, count: abs(counts[cell])), region.cell(at: cell))
    }
    _ = try await apply(trains)
  }
}

extension CellRegion {
  /// One row, counted from the first of the region.
  func row(at place: Int) -> CellRegion {
    let row = rows.lowerBound.advanced(by: place)
    return CellRegion(tile: tile, rows: row..<row.advanced(by: 1), columns: columns)
  }

  /// One cell, by its place in a row-major array over the region.
  func cell(at place: Int) -> CellRegion {
    let (row, column) = place.quotientAndRemainder(dividingBy: columns.count)
    return .cell(
      tile: tile, row: Row(rows.lowerBound.index + row),
      column: Column(columns.lowerBound.index + column))
  }
}

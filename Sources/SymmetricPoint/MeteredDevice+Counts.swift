public import DeviceContract
public import PulseLedger

extension MeteredDevice {
  /// Gives each cell of a region pulses of its own, by one train or, where the board cannot, by one for each rectangle
  /// of cells that get the same.
  ///
  /// - Parameters:
  ///   - counts: one entry a cell, row-major, positive for up.
  ///   - rows: the rows that are pulsed, in this order, by trains of their own; nil for all of them together.
  public func apply(
    counts: [Int], to region: CellRegion, scheme: BiasScheme, cause: Cause = .calibrate,
    rows: [Int]? = nil
  ) async throws(DeviceError) {
    func train(_ pattern: PulseTrain.Pattern, _ region: CellRegion) -> PulseTrain {
      capabilities.train(pattern, over: region, scheme: scheme, cause: cause)
    }
    let columns = region.columns.count
    let parts =
      rows?.map { (region.row(at: $0), Array(counts[$0 * columns..<($0 + 1) * columns])) }
      ?? [(region, counts)]
    let hasMaps = capabilities.trainKinds.contains(.counts)
    let trains = parts.flatMap { part, counts in
      hasMaps
        ? [train(.counts(counts.map { Int16(clamping: $0) }), part)]
        : part.rectangles(of: counts).map { part, count in
          train(.uniform(count > 0 ? .up : .down, count: abs(count)), part)
        }
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
    return part(rows: row..<row + 1, columns: column..<column + 1)
  }

  /// Rectangles of cells with equal counts other than 0, which cover all of these: each as wide as it can be, and then
  /// as high.
  func rectangles(of counts: [Int]) -> [(region: CellRegion, count: Int)] {
    let width = columns.count
    var left = counts
    var found: [(region: CellRegion, count: Int)] = []
    for place in left.indices where left[place] != 0 {
      let count = left[place]
      let (row, column) = place.quotientAndRemainder(dividingBy: width)
      var right = column + 1
      while right < width, left[row * width + right] == count { right += 1 }
      var bottom = row + 1
      while bottom < rows.count,
        left[bottom * width + column..<bottom * width + right].allSatisfy({ $0 == count })
      {
        bottom += 1
      }
      for line in row..<bottom {
        for place in line * width + column..<line * width + right { left[place] = 0 }
      }
      found.append((part(rows: row..<bottom, columns: column..<right), count))
    }
    return found
  }

  /// Some rows and columns, counted from the first of the region.
  private func part(rows: Range<Int>, columns: Range<Int>) -> CellRegion {
    let (top, left) = (self.rows.lowerBound.index, self.columns.lowerBound.index)
    return CellRegion(
      tile: tile, rows: Row(top + rows.lowerBound)..<Row(top + rows.upperBound),
      columns: Column(left + columns.lowerBound)..<Column(left + columns.upperBound))
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
          found.append(part(rows: row..<row + 1, columns: start..<column))
          first = nil
        }
      }
    }
    return found
  }
}

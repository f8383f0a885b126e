/// A rectangle of cells of one tile.
///
/// Rows and columns have types of their own: they cannot be swapped. Arrays over a region are row-major.
public struct CellRegion: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The tile that holds the cells.
  public var tile: Tile
  /// The word lines, upper bound excluded.
  public var rows: Range<Row>
  /// The bit lines, upper bound excluded.
  public var columns: Range<Column>

  /// Makes a region; whether it lies inside an array is for the device to say.
  public init(tile: Tile = 0, rows: Range<Row>, columns: Range<Column>) {
    self.tile = tile
    self.rows = rows
    self.columns = columns
  }

  /// All cells of a tile with the given number of lines.
  public static func whole(tile: Tile = 0, rows: Int, columns: Int) -> CellRegion {
    CellRegion(tile: tile, rows: 0..<Row(rows), columns: 0..<Column(columns))
  }

  /// One cell.
  public static func cell(tile: Tile = 0, row: Row, column: Column) -> CellRegion {
    CellRegion(
      tile: tile, rows: row..<row.advanced(by: 1), columns: column..<column.advanced(by: 1))
  }

  /// The number of cells.
  public var count: Int { rows.count * columns.count }

  /// Whether there is no cell at all.
  public var isEmpty: Bool { rows.isEmpty || columns.isEmpty }

  /// Whether a cell lies inside.
  public func contains(row: Row, column: Column) -> Bool {
    rows.contains(row) && columns.contains(column)
  }

  /// The place of a cell in a row-major array over the region.
  public func offset(row: Row, column: Column) -> Int {
    (row.index - rows.lowerBound.index) * columns.count + column.index - columns.lowerBound.index
  }

  /// The place in a row-major array over a tile, of so many columns, of a cell with a place in one over the region.
  public func cell(_ place: Int, columns: Int) -> Int {
    let (row, column) = place.quotientAndRemainder(dividingBy: self.columns.count)
    return (rows.lowerBound.index + row) * columns + self.columns.lowerBound.index + column
  }

  /// Every row: its cells in an array over a tile, and the place of the first in one over the region.
  public func forEachRow(columns: Int, _ body: (_ cells: Range<Int>, _ first: Int) -> Void) {
    for row in 0..<rows.count {
      let start = (rows.lowerBound.index + row) * columns + self.columns.lowerBound.index
      body(start..<start + self.columns.count, row * self.columns.count)
    }
  }

  /// Such as "tile 0, rows 0..<64, columns 0..<64".
  public var description: String { "tile \(tile), rows \(rows), columns \(columns)" }
}

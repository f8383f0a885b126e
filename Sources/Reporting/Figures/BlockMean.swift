/// An array of cells reduced to the means of rectangular blocks, for arrays too fine to draw.
struct BlockMean {
  /// The number of values up to which each cell is drawn.
  static let largestCellCount = 128 * 128
  /// The number of blocks along a side at most.
  static let largestSide = 128

  let rows: Int
  let columns: Int
  /// The rows of cells in one block; the last block may have fewer.
  let blockRows: Int
  /// The columns of cells in one block; the last block may have fewer.
  let blockColumns: Int
  /// The means of the values that are finite, row by row; not a number where there are none.
  let values: [Double]

  var isReduced: Bool { blockRows > 1 || blockColumns > 1 }

  init(rows cellRows: Int, columns cellColumns: Int, values cells: [Double]) {
    let isFine = cellRows * cellColumns > Self.largestCellCount
    func block(_ side: Int) -> Int {
      isFine ? max((side + Self.largestSide - 1) / Self.largestSide, 1) : 1
    }
    let (blockRows, blockColumns) = (block(cellRows), block(cellColumns))
    self.blockRows = blockRows
    self.blockColumns = blockColumns
    rows = (cellRows + blockRows - 1) / blockRows
    columns = (cellColumns + blockColumns - 1) / blockColumns
    var sums = [Double](repeating: 0, count: rows * columns)
    var counts = [Int](repeating: 0, count: rows * columns)
    for row in 0..<cellRows {
      for column in 0..<cellColumns {
        let value = cells[row * cellColumns + column]
        guard DataExtent.isDrawable(value, on: .linear) else { continue }
        let block = row / blockRows * columns + column / blockColumns
        sums[block] += value
        counts[block] += 1
      }
    }
    values = zip(sums, counts).map { $1 == 0 ? .nan : $0 / Double($1) }
  }
}

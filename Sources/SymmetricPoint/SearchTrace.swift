/// The estimates of some cells of an array on the way, enough for a mean over the array.
public struct SearchTrace: Sendable, Hashable {
  /// The places of the cells in a row-major array over the region.
  public let cells: [Int]
  /// One list a read, with an entry a cell.
  public private(set) var estimates: [[Float]] = []

  /// Some cells of those that take part, evenly taken.
  init(of cells: [Int]) {
    let step = max(1, (cells.count + Self.mostCells - 1) / Self.mostCells)
    self.cells = stride(from: 0, to: cells.count, by: step).map { cells[$0] }
  }

  /// A root mean square over so many cells is good to 5 %.
  private static let mostCells = 256

  /// Takes what is known after a read.
  mutating func append(_ estimate: (_ cell: Int) -> Float) { estimates.append(cells.map(estimate)) }
}

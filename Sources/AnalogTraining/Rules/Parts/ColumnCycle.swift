/// Which columns are transferred next: one after the other, every so many mini-batches.
public struct ColumnCycle: Sendable, Hashable, Codable {
  /// Columns of the layer.
  public let columns: Int
  /// Columns of one transfer.
  public let width: Int
  /// Mini-batches from one transfer to the next.
  public let every: Int
  private var next = 0
  private var waited = 0

  /// Begins at the first column.
  ///
  /// - Precondition: all are above 0.
  public init(columns: Int, width: Int = 1, every: Int = 1) {
    precondition(columns > 0 && width > 0 && every > 0, "counts above 0")
    (self.columns, self.width, self.every) = (columns, min(width, columns), every)
  }

  /// The columns that the next transfer is of, whenever that is.
  public var upcoming: Range<Int> { next..<min(next + width, columns) }

  /// The mini-batch, counted from 1, after which the first column is visited for the n-th time.
  func firstVisit(_ n: Int) -> Int {
    let round = (columns + width - 1) / width
    let (visits, overflow) = (n - 1).multipliedReportingOverflow(by: round)
    // So late is never.
    return overflow || visits > .max / (2 * every) ? .max : (visits + 1) * every
  }

  /// The columns that are due after one more mini-batch; nil where none are.
  public mutating func step() -> Range<Int>? {
    waited += 1
    guard waited >= every else { return nil }
    waited = 0
    defer { next = next + width >= columns ? 0 : next + width }
    return next..<min(next + width, columns)
  }
}

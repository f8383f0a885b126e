/// What was known of the symmetric point of one cell on the way, read after read.
public struct CellCourse: Sendable, Hashable, Codable {
  /// What was known after a read.
  public struct Point: Sendable, Hashable, Codable {
    /// Pulses of both polarities that the cell had had.
    public var pulses: Int
    /// The estimate, as a weight.
    public var value: Float
    /// Half the width of its interval; nil where the search tells intervals at its end alone.
    public var halfWidth: Float?

    /// Describes what was known.
    public init(pulses: Int, value: Float, halfWidth: Float?) {
      (self.pulses, self.value, self.halfWidth) = (pulses, value, halfWidth)
    }
  }

  /// The place of the cell in a row-major array over the region.
  public let cell: Int
  /// In the order of the reads; reads between which the cell had no pulse are one.
  public private(set) var points: [Point] = []

  /// A cell of which nothing is known yet.
  public init(cell: Int) { self.cell = cell }

  /// Takes what is known after a read.
  public mutating func append(_ point: Point) {
    // What other cells tell of this one may have changed what is known without a pulse of its own.
    if points.last?.pulses == point.pulses { points.removeLast() }
    points.append(point)
  }

  /// The same with what is said of the cell at the end, when all cells were looked at once more.
  func ending(at estimate: SymmetricPointEstimate) -> CellCourse {
    // What is said of a stuck cell, or of one beyond its bound, is no point.
    guard ![.stuck, .outside].contains(estimate.verdict),
      estimate.pulses >= points.last?.pulses ?? 0
    else { return self }
    var course = self
    course.append(
      Point(pulses: estimate.pulses, value: estimate.value, halfWidth: estimate.halfWidth))
    return course
  }

  /// A few of some cells, evenly taken: enough to see how a search goes.
  static func chosen(of cells: [Int]) -> [Int] {
    guard cells.count > mostCells else { return cells }
    return (0..<mostCells).map { cells[$0 * (cells.count - 1) / (mostCells - 1)] }
  }

  private static let mostCells = 6
}

/// Leaves out points of a line that cannot be told apart on the page.
enum LineThinning {
  /// The width of a column in pixels within which only the outline of a line is kept.
  static let column = 0.5

  /// The first, lowest, highest and last point of each column, in their order.
  ///
  /// The line looks the same, and a trajectory of a million pulses stays a small file. Lines that are
  /// short, or that do not run from left to right, are kept as they are.
  static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > 2_000, zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x })
    else { return points }
    var kept: [Point] = []
    var start = 0
    while start < points.count {
      let column = (points[start].x / Self.column).rounded(.down)
      var end = start
      var (low, high) = (start, start)
      while end < points.count, (points[end].x / Self.column).rounded(.down) == column {
        if points[end].y < points[low].y { low = end }
        if points[end].y > points[high].y { high = end }
        end += 1
      }
      for index in Set([start, low, high, end - 1]).sorted() { kept.append(points[index]) }
      start = end
    }
    return kept
  }
}

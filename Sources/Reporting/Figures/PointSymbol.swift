/// The symbols of data points; shapes differ too, so that colour is never the only difference.
enum PointSymbol: Int, CaseIterable {
  case circle, square, triangle, diamond

  /// The symbol of a series.
  init(series: Int) {
    // Where the colours start again, the symbols do not.
    self = Self.allCases[(series + series / FigureStyle.seriesCount) % Self.allCases.count]
  }

  /// The outline around a centre, as path data.
  func path(at center: Point) -> String {
    func text(_ value: Double) -> String { SVGBuilder.number(value) }
    let (x, y) = (center.x, center.y)
    switch self {
    case .circle:
      return "M\(text(x - 3)) \(text(y))a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"
    case .square:
      return "M\(text(x - 2.7)) \(text(y - 2.7))h5.4v5.4h-5.4z"
    case .triangle:
      return "M\(text(x)) \(text(y - 3.8))l3.6 6.4h-7.2z"
    case .diamond:
      return "M\(text(x)) \(text(y - 3.9))l3.9 3.9l-3.9 3.9l-3.9-3.9z"
    }
  }
}

/// Places the labels of vertical lines above a plot, like flags on poles, in as few rows as needed.
struct FlagLayout {
  /// One label.
  struct Flag: Equatable {
    /// The place of the line.
    var pole: Double
    /// The text, cut where there is no room for it.
    var text: String
    /// Whether the text runs to the left of its line.
    var isFlipped: Bool
    /// The row, zero being nearest to the plot.
    var row: Int
  }

  private(set) var flags: [Flag] = []
  private(set) var rowCount = 0

  /// Places labels at the given lines, all of it between `left` and `right`.
  init(_ labels: [(pole: Double, text: String)], left: Double, right: Double) {
    let size = FigureStyle.labelSize
    for label in labels where !label.text.isEmpty {
      let width = TextMetrics.width(label.text, size: size) + 5
      let roomRight = right - label.pole
      let roomLeft = label.pole - left
      let isFlipped = width > roomRight && roomLeft > roomRight
      let text = TextMetrics.truncate(
        label.text, size: size, limit: max(roomRight, roomLeft) - 5)
      flags.append(Flag(pole: label.pole, text: text, isFlipped: isFlipped, row: 0))
    }
    // A text only has to clear the poles of later ones if all are placed against its direction.
    let plain = flags.filter { !$0.isFlipped }.sorted { $0.pole > $1.pole }
    let flipped = flags.filter(\.isFlipped).sorted { $0.pole < $1.pole }
    flags = []
    for flag in plain + flipped { place(flag) }
  }

  private mutating func place(_ flag: Flag) {
    let rows = 0...flags.count
    var flag = flag
    let clear = rows.first { row in
      flag.row = row
      return !flags.contains { Self.clash($0, flag) }
    }
    // Where poles leave no way, one crosses a text: texts themselves never overlap.
    flag.row = clear ?? rows.first { row in !flags.contains { $0.row == row } } ?? flags.count
    flags.append(flag)
    rowCount = max(rowCount, flag.row + 1)
  }

  private static func span(_ flag: Flag) -> ClosedRange<Double> {
    let width = TextMetrics.width(flag.text, size: FigureStyle.labelSize) + 10
    return flag.isFlipped ? (flag.pole - width)...flag.pole : flag.pole...(flag.pole + width)
  }

  /// Whether two texts touch, or the pole of the higher one runs through the lower one.
  private static func clash(_ one: Flag, _ other: Flag) -> Bool {
    if one.row == other.row { return span(one).overlaps(span(other)) }
    let (low, high) = one.row < other.row ? (one, other) : (other, one)
    let text = span(low)
    return high.pole > text.lowerBound + 1 && high.pole < text.upperBound - 1
  }
}

/// A table for terminals, in columns of equal width.
///
/// ```swift
/// var table = TextTable(columns: [.init("cell"), .init("G", unit: "µS", alignment: .right)])
/// table.append(["3, 4", "35.2"])
/// print(table.text, terminator: "")
/// ```
public struct TextTable: Sendable, Equatable {
  /// On which side the texts of a column stand.
  public enum Alignment: Sendable, Equatable {
    /// Flush left.
    case left
    /// Flush right.
    case right
    /// Flush right if every text in the column is a number or empty, flush left otherwise.
    case automatic
  }

  /// The head of one column.
  public struct Column: Sendable, Equatable {
    /// The quantity.
    public var name: String
    /// The unit of its values.
    public var unit: String?
    /// On which side its texts stand.
    public var alignment: Alignment

    /// The head of a column.
    public init(_ name: String, unit: String? = nil, alignment: Alignment = .automatic) {
      self.name = name
      self.unit = unit
      self.alignment = alignment
    }

    var heading: String { unit.map { "\(name) (\($0))" } ?? name }
  }

  /// The columns, from left to right.
  public let columns: [Column]
  /// The rows, each with one text for each column.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// Line breaks and control characters are replaced: a name read from a board may hold some, and must
  /// not reach the terminal.
  ///
  /// - Precondition: There is one text for each column.
  public mutating func append(_ row: [String]) {
    precondition(
      row.count == columns.count,
      "a row of \(row.count) texts does not fit a table of \(columns.count) columns")
    rows.append(row.map(TerminalText.printable))
  }

  /// The whole table with a line under the headings; no line has spaces at its end.
  public var text: String {
    let headings = columns.map { TerminalText.printable($0.heading) }
    let widths = columns.indices.map { column in
      ([headings] + rows).map { TerminalText.width($0[column]) }.max() ?? 0
    }
    let alignments = columns.indices.map(alignment)
    let rule = widths.map { String(repeating: "─", count: $0) }
    return ([headings, rule] + rows).map { row in
      Self.line(row, widths: widths, alignments: alignments)
    }.joined()
  }

  private func alignment(of column: Int) -> Alignment {
    guard columns[column].alignment == .automatic else { return columns[column].alignment }
    let texts = rows.map { $0[column] }.filter { !$0.isEmpty }
    return !texts.isEmpty && texts.allSatisfy(TerminalText.isNumber) ? .right : .left
  }

  private static func line(
    _ row: [String], widths: [Int], alignments: [Alignment]
  ) -> String {
    let cells = row.indices.map { column in
      let space = String(
        repeating: " ", count: max(widths[column] - TerminalText.width(row[column]), 0))
      return alignments[column] == .right ? space + row[column] : row[column] + space
    }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}

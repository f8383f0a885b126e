/// A table of a report under its heading, told in text and in HTML with the same words and figures.
struct ReportSection: Sendable, Equatable {
  /// The heading.
  var title: String
  /// The columns.
  var columns: [TextTable.Column]
  /// The rows, one text for each column.
  var rows: [[String]] = []
  /// A sentence below the table.
  var remark: String?

  init(_ title: String, _ columns: [TextTable.Column], remark: String? = nil) {
    (self.title, self.columns, self.remark) = (title, columns, remark)
  }

  /// What is said of rows that are left out, or nil where none is.
  func more(after most: Int) -> String? {
    rows.count > most ? "... and \(NumberText.thousands(rows.count - most)) more" : nil
  }

  /// The section for a terminal, with at most so many rows.
  func text(most: Int) -> String {
    var table = TextTable(columns: columns)
    for row in rows.prefix(most) { table.append(row) }
    var text = TerminalText.printable(title) + "\n" + table.text
    if let more = more(after: most) { text += more + "\n" }
    if let remark { text += TerminalText.printable(remark) + "\n" }
    return text
  }
}

extension NumberText {
  /// An integer with its thousands apart, whatever the locale.
  static func thousands(_ count: Int) -> String {
    var text = ""
    for (place, digit) in String(count.magnitude).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (count < 0 ? "-" : "") + String(text.reversed())
  }
}

import Foundation

/// Reads the text forms of a pulse curve.
struct PulseCurveReader {
  let source: String
  let quantity: PulseCurve.Quantity

  /// One line of the file that holds something, cut into fields.
  private struct Row {
    let line: Int
    let fields: [String]
  }

  /// Reads the whole text.
  func read(_ text: String) throws(CurveError) -> PulseCurve {
    let (rows, decimalComma) = cut(text)
    guard let first = rows.first else {
      throw CurveError(
        .empty, source: source,
        explanation: "there is no line with values; expected two columns (states after up and "
          + "after down pulses) or one line a pulse (index, polarity, state)")
    }
    guard rows.contains(where: { $0.fields.count > 1 }) else {
      throw CurveError(
        .missingColumn, source: source, line: first.line, column: 2,
        explanation: "there is only one column; expected two columns (states after up and after "
          + "down pulses), separated by comma, tab or semicolon")
    }
    let hasHeader = isHeader(first, decimalComma: decimalComma)
    let body = hasHeader ? Array(rows.dropFirst()) : rows
    guard let firstBody = body.first else {
      throw CurveError(
        .empty, source: source, line: first.line,
        explanation: "the header is not followed by any line with values")
    }
    if hasHeader {
      let columns = try columns(header: first)
      // Two columns without a polarity are the other form.
      if columns.count == 2, !columns.contains(where: { $0.role == .polarity }) {
        return try readTwoColumns(
          body, try directed(columns, header: first), decimalComma: decimalComma)
      }
      return try readLong(
        body, try checked(columns, header: first), decimalComma: decimalComma)
    }
    if firstBody.fields.count > 2 {
      var columns = [CurveColumn(.index), CurveColumn(.polarity), CurveColumn(.state)]
      if firstBody.fields.count > 3 { columns.append(CurveColumn(.time)) }
      return try readLong(body, columns, decimalComma: decimalComma)
    }
    var columns = [CurveColumn(.state), CurveColumn(.state)]
    (columns[0].direction, columns[1].direction) = (.up, .down)
    return try readTwoColumns(body, columns, decimalComma: decimalComma)
  }

  // MARK: Headers

  private func columns(header: Row) throws(CurveError) -> [CurveColumn] {
    let columns = header.fields.map { CurveColumn(header: $0) }
    for (index, column) in columns.enumerated() {
      if let text = column.unknownUnit {
        throw CurveError(
          .unknownUnit, source: source, line: header.line, column: index + 1, text: text,
          explanation: "not a unit of this column; known are S, mS, uS and nS, ohm, kohm and Mohm, "
            + "and for times s, ms, us and ns")
      }
    }
    return columns
  }

  private func headerFault(_ header: Row, _ explanation: String) -> CurveError {
    CurveError(
      .unknownHeader, source: source, line: header.line,
      text: header.fields.joined(separator: ","), explanation: explanation)
  }

  /// The columns of the two-column form, with the direction of each.
  private func directed(
    _ columns: [CurveColumn], header: Row
  ) throws(CurveError) -> [CurveColumn] {
    var columns = columns
    switch (columns[0].direction, columns[1].direction) {
    case (nil, nil):
      // Names of something else mean that a column is missing; other words are left to the order.
      guard columns.allSatisfy({ $0.role == nil }) else {
        throw headerFault(
          header,
          "the header names no directions; name two columns after them (up, down), or add a "
            + "polarity column")
      }
      (columns[0].direction, columns[1].direction) = (.up, .down)
    case (let first?, nil): columns[1].direction = first == .up ? .down : .up
    case (nil, let second?): columns[0].direction = second == .up ? .down : .up
    case (let first?, let second?):
      guard first != second else {
        throw headerFault(header, "both columns are named after the same direction")
      }
    }
    guard columns[0].quantity == columns[1].quantity,
      columns[0].isResistance == columns[1].isResistance,
      (columns[0].unit == nil) == (columns[1].unit == nil)
    else {
      throw headerFault(
        header, "the columns differ in what they measure; name the unit of both or of neither")
    }
    return columns
  }

  /// The columns of the long form, with one polarity and one state among them.
  private func checked(
    _ columns: [CurveColumn], header: Row
  ) throws(CurveError) -> [CurveColumn] {
    for (role, wanted) in [
      (CurveColumn.Role.polarity, "polarity"), (.state, "conductance or resistance"),
    ] {
      let count = columns.count { $0.role == role }
      guard count == 1 else {
        throw headerFault(
          header,
          "the header names \(count == 0 ? "no" : "more than one") \(wanted) column; name the "
            + "columns pulse, polarity, and conductance, resistance, weight or state")
      }
    }
    return columns
  }

  // MARK: Lines and fields

  private func cut(_ text: String) -> (rows: [Row], decimalComma: Bool) {
    var text = Substring(text)
    if text.unicodeScalars.first == "\u{FEFF}" {
      text = Substring(String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())))
    }
    // "\r\n" is one Character, so that a split at newlines covers both line ends.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let kept = lines.enumerated().filter {
      let line = $0.element.drop(while: \.isWhitespace)
      return !line.isEmpty && line.first != "#"
    }
    // A tab or a semicolon outranks a comma, which then is a decimal comma.
    let separator: Character =
      kept.contains { $0.element.contains(";") }
      ? ";" : kept.contains { $0.element.contains("\t") } ? "\t" : ","
    let rows = kept.map { number, line in
      Row(
        line: number + 1,
        fields: line.split(separator: separator, omittingEmptySubsequences: false).map {
          var field = $0.trimmingCharacters(in: .whitespaces)
          if field.count >= 2, field.first == "\"", field.last == "\"" {
            field = String(field.dropFirst().dropLast())
          }
          return field
        })
    }
    return (rows, separator != ",")
  }

  private func isHeader(_ row: Row, decimalComma: Bool) -> Bool {
    // A data line has at least one field that reads as a number (NaN and infinity included).
    let named = row.fields.filter { !$0.isEmpty }
    return named.allSatisfy {
      Double(plain($0, decimalComma)) == nil
        && ($0.contains(where: \.isLetter) || PulseDirection(polarity: $0) != nil)
    }
  }

  private func plain(_ field: String, _ decimalComma: Bool) -> String {
    decimalComma ? field.replacingOccurrences(of: ",", with: ".") : field
  }

  private func number(
    _ row: Row, _ position: Int, decimalComma: Bool
  ) throws(CurveError) -> Double {
    guard position < row.fields.count, !row.fields[position].isEmpty else {
      throw CurveError(
        .missingColumn, source: source, line: row.line, column: position + 1,
        explanation: "the line ends before this column, or the field is empty; every pulse needs a "
          + "value here")
    }
    let field = row.fields[position]
    guard let value = Double(plain(field, decimalComma)) else {
      throw CurveError(
        .notANumber, source: source, line: row.line, column: position + 1, text: field,
        explanation: "expected a number; remove the line or start it with # if it is a comment")
    }
    guard value.isFinite else {
      throw CurveError(
        .notFinite, source: source, line: row.line, column: position + 1, text: field,
        explanation: "the state is not a finite number; remove the pulse or measure it again")
    }
    return value
  }

  // MARK: Two columns

  private func readTwoColumns(
    _ rows: [Row], _ columns: [CurveColumn], decimalComma: Bool
  ) throws(CurveError) -> PulseCurve {
    let quantity = columns[0].quantity ?? quantity
    var states: [[Double]] = [[], []]
    var ended = [0, 0]
    for row in rows {
      if let extra = row.fields.dropFirst(2).firstIndex(where: { !$0.isEmpty }) {
        throw CurveError(
          .extraColumn, source: source, line: row.line, column: extra + 1, text: row.fields[extra],
          explanation: "a file of two columns (up, down) has no third; the long form needs a "
            + "header or three columns (index, polarity, state) from its first line on")
      }
      for column in 0..<2 {
        let field = column < row.fields.count ? row.fields[column] : ""
        if field.isEmpty {
          if ended[column] == 0 { ended[column] = row.line }
          continue
        }
        let value = try state(row, column, columns[column], quantity, decimalComma: decimalComma)
        guard ended[column] == 0 else {
          throw CurveError(
            .gap, source: source, line: row.line, column: column + 1, text: field,
            explanation: "a value follows the empty field in line \(ended[column]) of the same "
              + "column; a missing state breaks the succession of pulses")
        }
        states[column].append(value)
      }
    }
    if columns[0].direction == .down { states.swapAt(0, 1) }
    let directions: [PulseDirection] = [.up, .down]
    let branches = zip(directions, states).compactMap {
      $1.isEmpty ? nil : PulseCurve.Branch(direction: $0, states: $1)
    }
    return PulseCurve(branches: branches, quantity: quantity, source: source)
  }

  /// The state in a field: a weight, or a conductance in siemens.
  private func state(
    _ row: Row, _ position: Int, _ column: CurveColumn, _ quantity: PulseCurve.Quantity,
    decimalComma: Bool
  ) throws(CurveError) -> Double {
    let value = column.converted(try number(row, position, decimalComma: decimalComma))
    if column.isResistance {
      guard value > 0, (1 / value).isFinite else {
        throw outOfRange(row, position, "a resistance must be above zero")
      }
      return 1 / value
    }
    guard quantity == .weight || value >= 0 else {
      throw outOfRange(
        row, position, "a conductance below zero; if the column holds weights, say so")
    }
    return value
  }

  private func outOfRange(_ row: Row, _ position: Int, _ explanation: String) -> CurveError {
    CurveError(
      .outOfRange, source: source, line: row.line, column: position + 1,
      text: row.fields[position], explanation: explanation)
  }

  // MARK: Long form

  private func readLong(
    _ rows: [Row], _ columns: [CurveColumn], decimalComma: Bool
  ) throws(CurveError) -> PulseCurve {
    func place(_ role: CurveColumn.Role) -> Int? { columns.firstIndex { $0.role == role } }
    guard let polarity = place(.polarity), let statePlace = place(.state) else {
      throw CurveError(
        .unknownHeader, source: source,
        explanation: "there is no polarity column or no state column; name them in a header")
    }
    let quantity = columns[statePlace].quantity ?? quantity
    var runs = CurveRuns()
    for row in rows {
      if let extra = row.fields.indices.dropFirst(columns.count).first(where: {
        !row.fields[$0].isEmpty
      }) {
        throw CurveError(
          .extraColumn, source: source, line: row.line, column: extra + 1, text: row.fields[extra],
          explanation: "the line has more columns than the first one; check the separator")
      }
      let word = polarity < row.fields.count ? row.fields[polarity] : ""
      guard let direction = PulseDirection(polarity: word) else {
        throw CurveError(
          .unknownPolarity, source: source, line: row.line, column: polarity + 1, text: word,
          explanation: "expected a polarity: up or down, + or -, set or reset, ltp or ltd")
      }
      let index = try place(.index).map { (place) throws(CurveError) in
        try self.index(row, place, after: runs.index, decimalComma: decimalComma)
      }
      let value = try state(
        row, statePlace, columns[statePlace], quantity, decimalComma: decimalComma)
      let time = try place(.time).map { (place) throws(CurveError) in
        columns[place].converted(try number(row, place, decimalComma: decimalComma))
      }
      runs.append(value, direction, index: index, time: time)
    }
    return PulseCurve(branches: runs.branches, quantity: quantity, source: source)
  }

  /// The number of a pulse, which has to be larger than that of the line before.
  private func index(
    _ row: Row, _ position: Int, after previous: Double?, decimalComma: Bool
  ) throws(CurveError) -> Double {
    let index = try number(row, position, decimalComma: decimalComma)
    let fault =
      if index != index.rounded() {
        (CurveError.Code.notANumber, "expected a whole number, since the column counts pulses")
      } else if let previous, index <= previous {
        (
          CurveError.Code.order,
          "the pulse index does not rise; sort the lines and number the pulses through, or leave "
            + "the column out"
        )
      } else {
        (CurveError.Code.order, "")
      }
    guard fault.1.isEmpty else {
      throw CurveError(
        fault.0, source: source, line: row.line, column: position + 1, text: row.fields[position],
        explanation: fault.1)
    }
    return index
  }
}

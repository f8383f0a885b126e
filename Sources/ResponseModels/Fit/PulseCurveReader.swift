import Foundation

/// Reads the text forms of a pulse curve.
struct PulseCurveReader {
  let source: String
  let quantity: PulseCurve.Quantity

  /// What a column of the long form holds.
  private enum Role: Hashable {
    case index, polarity, state, time
  }

  /// The columns of a long form and the quantity of its states.
  private struct Layout {
    var columns: [Role?]
    var isResistance = false
    var quantity: PulseCurve.Quantity

    func position(_ role: Role) -> Int? { columns.firstIndex { $0 == role } }
  }

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
    if hasHeader, let layout = try longLayout(header: first) {
      return try readLong(body, layout, decimalComma: decimalComma)
    }
    if !hasHeader, firstBody.fields.count > 2 {
      var columns: [Role?] = [.index, .polarity, .state]
      if firstBody.fields.count > 3 { columns.append(.time) }
      return try readLong(
        body, Layout(columns: columns, quantity: quantity), decimalComma: decimalComma)
    }
    return try readTwoColumns(
      body, swapped: hasHeader && headerIsSwapped(first), decimalComma: decimalComma)
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
      Double(plain($0, decimalComma)) == nil && $0.contains(where: \.isLetter)
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

  private func headerIsSwapped(_ header: Row) -> Bool {
    guard header.fields.count > 1 else { return false }
    return header.fields[0].lowercased().contains("down")
      && header.fields[1].lowercased().contains("up")
  }

  private func readTwoColumns(
    _ rows: [Row], swapped: Bool, decimalComma: Bool
  ) throws(CurveError) -> PulseCurve {
    var columns: [[Double]] = [[], []]
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
        let value = try number(row, column, decimalComma: decimalComma)
        guard ended[column] == 0 else {
          throw CurveError(
            .gap, source: source, line: row.line, column: column + 1, text: field,
            explanation: "a value follows the empty field in line \(ended[column]) of the same "
              + "column; a missing state breaks the succession of pulses")
        }
        guard quantity == .weight || value >= 0 else {
          throw negativeConductance(row, column)
        }
        columns[column].append(value)
      }
    }
    if swapped { columns.swapAt(0, 1) }
    let directions: [PulseDirection] = [.up, .down]
    let branches = zip(directions, columns).compactMap {
      $1.isEmpty ? nil : PulseCurve.Branch(direction: $0, states: $1)
    }
    return PulseCurve(branches: branches, quantity: quantity, source: source)
  }

  private func negativeConductance(_ row: Row, _ position: Int) -> CurveError {
    CurveError(
      .outOfRange, source: source, line: row.line, column: position + 1,
      text: row.fields[position],
      explanation: "a conductance below zero; if the column holds weights, say so")
  }

  // MARK: Long form

  private func longLayout(header: Row) throws(CurveError) -> Layout? {
    var layout = Layout(columns: [], quantity: quantity)
    for field in header.fields {
      // Units may be written as "r (ohm)" or "g[S]".
      let name = field.lowercased().prefix { $0 != "(" && $0 != "[" }
        .replacingOccurrences(of: " ", with: "_").trimmingCharacters(in: ["_"])
      switch name {
      case "pulse", "index", "pulse_index", "pulse_number", "n", "i", "#", "number", "pulse_no":
        layout.columns.append(.index)
      case "polarity", "direction", "sign", "pulse_polarity", "pulse_direction", "type":
        layout.columns.append(.polarity)
      case "conductance", "g", "g_s", "conductance_s", "siemens":
        layout.columns.append(.state)
        layout.quantity = .siemens
      case "resistance", "r", "r_ohm", "resistance_ohm", "ohm":
        layout.columns.append(.state)
        layout.quantity = .siemens
        layout.isResistance = true
      case "weight", "w":
        layout.columns.append(.state)
        layout.quantity = .weight
      case "state", "value":
        layout.columns.append(.state)
      case "time", "t", "time_s", "t_s", "seconds", "timestamp":
        layout.columns.append(.time)
      default:
        layout.columns.append(nil)
      }
    }
    // Two columns named after the directions are the other form.
    if layout.position(.polarity) == nil, header.fields.count == 2 { return nil }
    for (role, wanted) in [(Role.polarity, "polarity"), (Role.state, "conductance or resistance")] {
      let count = layout.columns.count { $0 == role }
      guard count == 1 else {
        throw CurveError(
          .unknownHeader, source: source, line: header.line,
          text: header.fields.joined(separator: ","),
          explanation: "the header names \(count == 0 ? "no" : "more than one") \(wanted) column; "
            + "name the columns pulse, polarity, and conductance, resistance, weight or state")
      }
    }
    return layout
  }

  private func readLong(
    _ rows: [Row], _ layout: Layout, decimalComma: Bool
  ) throws(CurveError) -> PulseCurve {
    guard let polarity = layout.position(.polarity), let state = layout.position(.state) else {
      throw CurveError(
        .unknownHeader, source: source,
        explanation: "there is no polarity column or no state column; name them in a header")
    }
    var branches: [PulseCurve.Branch] = []
    var run: (direction: PulseDirection, states: [Double], times: [Double])?
    func close() {
      if let run {
        branches.append(
          PulseCurve.Branch(direction: run.direction, states: run.states, times: run.times))
      }
    }
    for row in rows {
      if let extra = row.fields.indices.dropFirst(layout.columns.count).first(where: {
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
      if let index = layout.position(.index) {
        _ = try number(row, index, decimalComma: decimalComma)
      }
      var value = try number(row, state, decimalComma: decimalComma)
      if layout.isResistance {
        guard value > 0, (1 / value).isFinite else {
          throw CurveError(
            .outOfRange, source: source, line: row.line, column: state + 1, text: row.fields[state],
            explanation: "a resistance must be above zero")
        }
        value = 1 / value
      } else if layout.quantity == .siemens, value < 0 {
        throw negativeConductance(row, state)
      }
      if run?.direction != direction {
        close()
        run = (direction, [], [])
      }
      run?.states.append(value)
      if let time = layout.position(.time) {
        run?.times.append(try number(row, time, decimalComma: decimalComma))
      }
    }
    close()
    return PulseCurve(branches: branches, quantity: layout.quantity, source: source)
  }
}

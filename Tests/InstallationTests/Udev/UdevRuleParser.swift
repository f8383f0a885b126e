/// Reads rules as udev(7) describes them, and refuses what udev would pass over with a warning.
struct UdevRuleParser {
  let file: String

  /// The rules of a file.
  func rules(in text: String) throws(UdevRuleError) -> [UdevRule] {
    var rules: [UdevRule] = []
    var pending: (line: Int, text: String)?
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let content = line.drop(while: \.isWhitespace)
      if pending == nil && (content.isEmpty || content.hasPrefix("#")) { continue }
      guard !content.isEmpty, !content.hasPrefix("#") else {
        throw error(number, "a rule that goes on must do so in the next line")
      }
      let begun = pending ?? (number, "")
      if content.hasSuffix("\\") {
        pending = (begun.line, begun.text + content.dropLast())
      } else {
        pending = nil
        rules.append(try rule(begun.text + content, line: begun.line))
      }
    }
    if let pending { throw error(pending.line, "the rule goes on, but the file ends") }
    try checkLabels(of: rules)
    return rules
  }

  private func rule(_ text: String, line: Int) throws(UdevRuleError) -> UdevRule {
    var rest = Substring(text).drop(while: \.isWhitespace)
    var clauses: [UdevClause] = []
    while !rest.isEmpty {
      let clause = try clause(&rest, line)
      if let problem = UdevGrammar.problem(of: clause) { throw error(line, problem) }
      clauses.append(clause)
      rest = rest.drop(while: \.isWhitespace)
      guard !rest.isEmpty else { break }
      guard rest.first == "," else { throw error(line, "a comma is missing before \"\(rest)\"") }
      rest = rest.dropFirst().drop(while: \.isWhitespace)
      guard !rest.isEmpty else { throw error(line, "nothing follows the last comma") }
    }
    guard clauses.contains(where: { !$0.operation.isMatch }) else {
      throw error(line, "the rule matches and does nothing")
    }
    return UdevRule(line: line, clauses: clauses)
  }

  /// Takes one clause from the beginning of the text.
  private func clause(_ rest: inout Substring, _ line: Int) throws(UdevRuleError) -> UdevClause {
    let key = rest.prefix { $0.isUppercase && $0.isASCII }
    guard !key.isEmpty else { throw error(line, "a key is missing before \"\(rest)\"") }
    rest = rest.dropFirst(key.count)
    var attribute: String?
    if rest.first == "{" {
      guard let end = rest.firstIndex(of: "}") else { throw error(line, "\(key){ has no end") }
      attribute = String(rest[rest.index(after: rest.startIndex)..<end])
      guard attribute?.isEmpty == false else { throw error(line, "\(key){} names nothing") }
      rest = rest[rest.index(after: end)...]
    }
    let all = UdevClause.Operator.allCases
    guard let operation = all.first(where: { rest.hasPrefix($0.rawValue) }) else {
      throw error(line, "an operator is missing after \(key)")
    }
    rest = rest.dropFirst(operation.rawValue.count)
    guard rest.first == "\"" else { throw error(line, "the value of \(key) is not in quotes") }
    rest = rest.dropFirst()
    guard let end = rest.firstIndex(of: "\"") else {
      throw error(line, "the value of \(key) has no closing quote")
    }
    let value = String(rest[..<end])
    guard !value.contains("\\") else { throw error(line, "\(key) has a backslash in its value") }
    rest = rest[rest.index(after: end)...]
    return UdevClause(
      key: String(key), attribute: attribute, operation: operation, value: value)
  }

  /// udev goes to a label that follows, in the same file, and passes over a GOTO that has none.
  private func checkLabels(of rules: [UdevRule]) throws(UdevRuleError) {
    for (place, rule) in rules.enumerated() {
      let later = rules[(place + 1)...]
      if let label = rule.label {
        guard rule.clauses.count == 1 else { throw error(rule.line, "LABEL stands alone") }
        guard !later.contains(where: { $0.label == label }) else {
          throw error(rule.line, "the label \"\(label)\" is there twice")
        }
        guard rules[..<place].contains(where: { $0.destination == label }) else {
          throw error(rule.line, "nothing goes to the label \"\(label)\"")
        }
      }
      if let goal = rule.destination, !later.contains(where: { $0.label == goal }) {
        throw error(rule.line, "no label \"\(goal)\" follows")
      }
    }
  }

  private func error(_ line: Int, _ problem: String) -> UdevRuleError {
    UdevRuleError(file: file, line: line, problem: problem)
  }
}

/// The clauses of one rule, which may have stood on several lines.
struct UdevRule: Equatable {
  /// The first line of the rule, counted from 1.
  let line: Int
  let clauses: [UdevClause]

  /// The label that the rule goes on at, where all that it matches holds.
  var destination: String? { value(of: "GOTO") }

  /// The label that the rule is.
  var label: String? { value(of: "LABEL") }

  private func value(of key: String) -> String? { clauses.first { $0.key == key }?.value }
}

import PulseLedger

extension AuditReport {
  /// The report for a terminal; lists are cut at twenty rows and say so.
  ///
  /// The first line says whether the ledger balances.
  public var text: String {
    let first = "\(TerminalText.printable(subject)): \(verdict)\n"
    return ([first] + sections.map { $0.text(most: 20) }).joined(separator: "\n")
  }
}

/// A device whose history is not the ledger's: it is not pulsed until somebody has looked into it.
public struct LedgerMismatch: Error, Sendable, Hashable, CustomStringConvertible {
  /// The ledger's file.
  public var path: String
  /// What was found.
  public var reconciliation: Reconciliation

  /// What was found, and what to do.
  public var description: String {
    "\(path): the device's history is not the ledger's, so that nothing is fired on it. "
      + reconciliation.findings.joined(separator: " ")
      + " Find out why; `tare ledger adopt` takes the device's history over, with your name and reason"
  }
}

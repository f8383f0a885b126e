public import Foundation

extension LedgerSession {
  /// What every cell of a chip had been through when a run on it ended: what came after that made its results stale.
  ///
  /// - Returns: one entry a tile; nil where the chip's ledger does not know the run, or does not know its end.
  /// - Throws: ``LedgerError``.
  public static func lifetime(
    ofChip name: String, home: LedgerHome, atEndOf run: UUID
  ) throws -> [TileHistory]? {
    let path = try home.ledger(ofChip: name)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let state = LedgerState()
    var current: UUID?
    var found: [TileHistory]?
    try LedgerReader(path).forEach { record, entry in
      do throws(LedgerState.Contradiction) {
        try state.append(entry)
      } catch {
        throw LedgerError(
          .corrupt, path: path, "record \(record) contradicts those before: \(error.explanation)")
      }
      switch entry.content {
      case .campaign(let campaign): current = campaign.run
      case .disconnection:
        // It may have been gone on with after this.
        if current == run { found = state.lifetime }
        current = nil
      default: break
      }
      return true
    }
    return found
  }
}

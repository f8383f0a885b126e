import Foundation
import GRDB

/// A place in a ledger: what was written up to there, and nothing after it.
///
/// The hash covers every record up to this one, so that a position tells one ledger from another.
public struct LedgerPosition: Sendable, Hashable, Codable {
  /// The number of the last record before it; 0 for the beginning.
  public let record: Int
  /// That record's hash, in hexadecimal digits.
  public let hash: String
}

extension LedgerSession {
  /// Where the run's ledger stands, or nil where there is none.
  public func position() async -> LedgerPosition? {
    guard let runStore else { return nil }
    return await runStore.position
  }
}

extension LedgerStore {
  /// Where it stands.
  var position: LedgerPosition {
    LedgerPosition(record: state.count, hash: Hexadecimal.text(head))
  }
}

extension LedgerReader {
  /// Whether a position is one of this ledger; nil where the ledger does not reach so far, as where a power failure has
  /// taken its last records.
  public func holds(_ position: LedgerPosition) throws -> Bool? {
    let hash = try reading { db in
      try Data.fetchOne(
        db, sql: "SELECT hash FROM entry WHERE seq = ?", arguments: [position.record])
    }
    return hash.map { Hexadecimal.text($0) == position.hash }
  }
}

import Foundation
import GRDB

// A kill between the two forms of the file, with a log and without, leaves a rollback journal.
extension LedgerFile {
  static func hasRollbackJournal(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "-journal")
  }

  /// Rolls back what a killed writer left in the middle; SQLite refuses a reader that may not.
  ///
  /// Where that is not possible, opening the file says why.
  static func rollBackIfAbandoned(_ path: String) {
    guard hasRollbackJournal(path), let lock = try? LedgerLock(ledger: path) else { return }
    rollBack(path)
    withExtendedLifetime(lock) {}
  }

  /// The same for the one who holds the lock.
  static func rollBack(_ path: String) {
    guard hasRollbackJournal(path) else { return }
    // The first read takes the journal back.
    guard let database = try? DatabaseQueue(path: path) else { return }
    _ = try? database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") }
    try? database.close()
  }
}

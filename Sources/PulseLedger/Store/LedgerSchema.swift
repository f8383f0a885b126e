import GRDB

/// The tables of a ledger, by version.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          -- The ledger itself: seq from 1 on, hash = SHA-256(hash before, seq, body).
          CREATE TABLE entry (
            seq INTEGER PRIMARY KEY,
            body BLOB NOT NULL,
            hash BLOB NOT NULL
          );
          -- What reads found, by the entry that holds their digest.
          CREATE TABLE observation (
            seq INTEGER PRIMARY KEY REFERENCES entry (seq),
            data BLOB NOT NULL
          );
          -- What follows from the entries, saved now and then; can be made again from them.
          CREATE TABLE state (
            name TEXT PRIMARY KEY,
            data BLOB NOT NULL
          ) WITHOUT ROWID;
          -- The last entry, so that a ledger that lost its end is noticed.
          CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL
          );
          """)
    }
    return migrator
  }
}

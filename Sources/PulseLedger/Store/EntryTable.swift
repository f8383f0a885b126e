import GRDB
import GRDBSQLite

/// The rows of entries, through SQLite's own calls: the one place where GRDB's rows would cost more than
/// what is done with them.
enum EntryTable {

  /// Adds rows; the caller holds a transaction.
  static func insert(_ rows: [(sequence: Int, body: [UInt8], hash: [UInt8])], _ db: Database) throws
  {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO entry (seq, body, hash) VALUES (?, ?, ?)"
    ).sqliteStatement
    for row in rows {
      sqlite3_reset(statement)
      sqlite3_bind_int64(statement, 1, Int64(row.sequence))
      let code = row.body.withUnsafeBytes { body in
        row.hash.withUnsafeBytes { hash in
          // Static: both live until the step is done, and are unbound below.
          sqlite3_bind_blob(statement, 2, body.baseAddress, Int32(body.count), nil)
          sqlite3_bind_blob(statement, 3, hash.baseAddress, Int32(hash.count), nil)
          return sqlite3_step(statement)
        }
      }
      if code != SQLITE_DONE {
        let error = error(code, db)
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        throw error
      }
    }
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
  }

  /// Visits rows in order; the bytes are valid within the call only.
  ///
  /// - Parameter body: returns whether to go on.
  static func forEach(
    from first: Int, _ db: Database,
    _ body: (_ sequence: Int, _ bytes: UnsafeRawBufferPointer, _ hash: UnsafeRawBufferPointer)
      throws -> Bool
  ) throws {
    let statement = try db.makeStatement(
      sql: "SELECT seq, body, hash FROM entry WHERE seq >= ? ORDER BY seq")
    let pointer = statement.sqliteStatement
    sqlite3_bind_int64(pointer, 1, Int64(first))
    defer { sqlite3_reset(pointer) }
    while true {
      let code = sqlite3_step(pointer)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw error(code, db) }
      func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        // The pointer first: asking for the size may not change it.
        let start = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(
          start: start, count: Int(sqlite3_column_bytes(pointer, column)))
      }
      guard try body(Int(sqlite3_column_int64(pointer, 0)), blob(1), blob(2)) else { return }
    }
  }

  private static func error(_ code: Int32, _ db: Database) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
  }
}

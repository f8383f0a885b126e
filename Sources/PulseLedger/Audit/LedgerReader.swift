public import DeviceContract
import Foundation
import GRDB

/// A ledger that is only read, also while another process writes it.
public struct LedgerReader {
  /// The file.
  public let path: String
  private let database: DatabaseQueue

  /// Opens a ledger for reading.
  ///
  /// - Throws: ``LedgerError``.
  public init(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw LedgerError(.notFound, path: path, "there is no ledger")
    }
    self.path = path
    do {
      database = try LedgerFile.open(path, isWriter: false)
    } catch {
      throw LedgerError(error, path: path, doing: "opening the ledger")
    }
  }

  /// Whether a later version of the program made it: what this one does not know is left out.
  public func isNewer() throws -> Bool {
    try reading { db in try LedgerSchema.migrator.hasBeenSuperseded(db) }
  }

  /// What follows from the entries.
  func state() throws -> LedgerState {
    try reading { db in try LedgerFile.load(db, path).state }
  }

  /// The number of the last record.
  public func lastRecord() throws -> Int {
    try reading { db in try Int.fetchOne(db, sql: "SELECT max(seq) FROM entry") ?? 0 }
  }

  /// Visits entries in order, from one on; one at a time is in memory.
  ///
  /// - Parameter body: returns whether to go on; what it throws is thrown on.
  public func forEach(
    from first: Int = 1, _ body: (_ record: Int, LedgerEntry) throws -> Bool
  ) throws {
    try reading { db in
      var (known, shapes) = try shapes(before: first, db)
      try EntryTable.forEach(from: min(first, known + 1), db) { sequence, bytes, _ in
        let kind = bytes.first.flatMap(EntryKind.init)
        guard sequence >= first || kind == .shape else { return true }
        let entry = try self.entry(sequence, bytes, shapes)
        if case .shape(let shape) = entry.content, sequence > known {
          shapes.append(shape)
          known = sequence
        }
        return sequence < first ? true : try body(sequence, entry)
      }
    }
  }

  /// The shapes of all records up to one: they are named by later ones.
  ///
  /// From the saved totals, so that the last records of millions are there at once; none where every
  /// record is visited anyway, or the totals cannot be read.
  private func shapes(before first: Int, _ db: Database) throws -> (known: Int, [PulseShape]) {
    guard first > 1,
      let data = try Data.fetchOne(
        db, sql: "SELECT data FROM state WHERE name = ?", arguments: [LedgerState.summaryName]),
      let saved = try? LedgerState.summary([UInt8](data))
    else { return (0, []) }
    return (saved.count, saved.shapes)
  }

  private func entry(
    _ sequence: Int, _ bytes: UnsafeRawBufferPointer, _ shapes: [PulseShape]
  ) throws(LedgerError) -> LedgerEntry {
    do {
      return try LedgerEntry(bytes: Array(bytes), shapes: shapes)
    } catch {
      throw LedgerError(
        .corrupt, path: path,
        "record \(sequence) cannot be read: \(error). `tare ledger verify` tells more")
    }
  }

  /// What the reads of an entry found; empty where it had none, or they were not kept.
  public func readings(of record: Int) throws -> [Reading] {
    let data = try reading { db in
      try Data.fetchOne(db, sql: "SELECT data FROM observation WHERE seq = ?", arguments: [record])
    }
    return try ReadingBytes.decode([UInt8](data ?? Data()))
  }

  func reading<Result>(_ work: (Database) throws -> Result) throws -> Result {
    do {
      return try database.read(work)
    } catch {
      // What is done with the entries fails in its own words.
      guard error is DatabaseError else { throw error }
      throw LedgerError(error, path: path, doing: "reading the ledger")
    }
  }
}

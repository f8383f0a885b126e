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

  /// Visits entries in order, from one on.
  ///
  /// - Parameter body: returns whether to go on.
  public func forEach(
    from first: Int = 1, _ body: (_ record: Int, LedgerEntry) throws -> Bool
  ) throws {
    try reading { db in
      // Shapes are named by earlier entries.
      var shapes: [PulseShape] = []
      try EntryTable.forEach(from: 1, db) { sequence, bytes, _ in
        let kind = bytes.first.flatMap(EntryKind.init)
        guard sequence >= first || kind == .shape else { return true }
        let entry = try LedgerEntry(bytes: Array(bytes), shapes: shapes)
        if case .shape(let shape) = entry.content { shapes.append(shape) }
        return sequence < first ? true : try body(sequence, entry)
      }
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
      throw LedgerError(error, path: path, doing: "reading the ledger")
    }
  }
}

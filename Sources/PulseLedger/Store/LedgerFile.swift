import ByteCoding
import DeviceContract
import Foundation
import GRDB

/// Opening the file of a ledger, and loading what follows from its entries.
enum LedgerFile {
  /// A connection to the file.
  static func open(_ path: String, isWriter: Bool, isDurable: Bool = true) throws -> DatabaseQueue {
    if !isWriter { rollBackIfAbandoned(path) }
    var configuration = Configuration()
    configuration.readonly = !isWriter
    // The lock keeps writers apart; this is for readers while a checkpoint ends.
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // A change in the bytes of the file must not be hidden by what is cached or mapped.
      try db.execute(sql: "PRAGMA mmap_size = 0")
      guard isWriter else { return }
      _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Refuses to write to a ledger that a later version made.
  static func refuseNewer(_ db: Database, _ path: String) throws {
    if try LedgerSchema.migrator.hasBeenSuperseded(db) {
      throw LedgerError(
        .newer, path: path,
        "a later version of tare made this ledger. It can be read (show, totals, verify, audit), "
          + "but nothing is added to it and nothing was fired. Use that version")
    }
  }

  /// What is at the end of a ledger.
  struct Loaded {
    var state: LedgerState
    var head: [UInt8]
    /// Whether the state stands on one that was saved, and not on the entries alone.
    var isFromSaved = false
  }

  /// Loads the saved state and folds in what came after it.
  static func load(_ db: Database, _ path: String) throws -> Loaded {
    let state = try savedState(db, path)
    let isFromSaved = state.count > 0
    var last = (sequence: state.count, hash: EntryChain.start)
    if state.count > 0 {
      // The entry before the first new one: the chain goes on from it.
      try EntryTable.forEach(from: state.count, db) { sequence, _, hash in
        if sequence == state.count { last.hash = Array(hash) }
        return false
      }
    }
    try EntryTable.forEach(from: state.count + 1, db) { sequence, bytes, hash in
      guard sequence == last.sequence + 1 else {
        throw missing(last.sequence + 1, path)
      }
      let expected = EntryChain.hash(after: last.hash, sequence: sequence, bytes: bytes)
      guard EntryChain.equal(hash, expected) else { throw changed(sequence, path) }
      try fold(bytes, sequence, into: state, path)
      last = (sequence, expected)
      return true
    }
    try checkHead(db, last, path)
    return Loaded(state: state, head: last.hash, isFromSaved: isFromSaved)
  }

  /// Loads by verifying every entry.
  static func loadVerified(_ db: Database, _ path: String) throws -> Loaded {
    let check = try LedgerVerification.chain(db, path)
    if let problem = check.problems.first {
      throw LedgerError(
        .corrupt, path: path,
        "\(problem.explanation) Nothing was fired. `tare ledger verify` tells more")
    }
    return Loaded(state: check.state, head: check.head)
  }

  /// The saved state, or an empty one where none was saved.
  static func savedState(_ db: Database, _ path: String) throws -> LedgerState {
    var parts: [String: [UInt8]] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT name, data FROM state")
    while let row = try rows.next() {
      parts[row[0]] = [UInt8](row[1] as Data)
    }
    if parts.isEmpty { return LedgerState() }
    // Another version of the program saved it in a form of its own.
    if let summary = parts[LedgerState.summaryName], summary.first != UInt8(LedgerState.version) {
      return LedgerState()
    }
    do {
      return try LedgerState(parts: parts)
    } catch {
      throw LedgerError(
        .corrupt, path: path, "the saved totals are damaged: \(error)")
    }
  }

  /// Decodes an entry and folds it in.
  @discardableResult
  static func fold(
    _ bytes: UnsafeRawBufferPointer, _ sequence: Int, into state: LedgerState, _ path: String
  ) throws -> LedgerEntry {
    let entry: LedgerEntry
    do {
      entry = try LedgerEntry(bytes: Array(bytes), shapes: state.shapes)
    } catch {
      throw LedgerError(.corrupt, path: path, "record \(sequence) cannot be read: \(error)")
    }
    do {
      try state.append(entry)
    } catch {
      throw LedgerError(
        .corrupt, path: path, "record \(sequence) contradicts those before: \(error.explanation)")
    }
    return entry
  }

  private static func checkHead(
    _ db: Database, _ last: (sequence: Int, hash: [UInt8]), _ path: String
  ) throws {
    let row = try Row.fetchOne(db, sql: "SELECT seq, hash FROM head WHERE id = 1")
    guard let row else {
      if last.sequence == 0 { return }
      throw missing(last.sequence + 1, path)
    }
    guard row[0] as Int == last.sequence else { throw missing(last.sequence + 1, path) }
    guard [UInt8](row[1] as Data) == last.hash else { throw changed(last.sequence, path) }
  }

  static func missing(_ sequence: Int, _ path: String) -> LedgerError {
    LedgerError(.corrupt, path: path, "record \(sequence) is missing")
  }

  static func changed(_ sequence: Int, _ path: String) -> LedgerError {
    LedgerError(
      .corrupt, path: path, "record \(sequence) is not the one that was written")
  }
}

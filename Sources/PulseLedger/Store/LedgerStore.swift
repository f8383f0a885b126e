import DeviceContract
public import Foundation
import GRDB

/// A ledger on disk: entries that only grow, chained by hashes, and what follows from them.
///
/// One process writes it, under a lock that names the holder; any number read it meanwhile. What has been
/// appended survives the end of the process, and where the store is durable a power failure too. A closed
/// ledger is a single file with a seal beside it.
public actor LedgerStore {
  /// Where the file is.
  public nonisolated let path: String
  /// Whether commits survive a power failure and not only the end of the process.
  public nonisolated let isDurable: Bool

  private nonisolated let executor = QueueExecutor(label: "tare.ledger")
  /// The queue that the store's work is done on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private var database: DatabaseQueue?
  private var lock: LedgerLock?
  /// What follows from the entries.
  private(set) var state = LedgerState()
  /// The hash of the last entry.
  private(set) var head = EntryChain.start
  /// How many records there were when the ledger was opened.
  private(set) var recordsAtOpening = 0
  /// What a reader would have to do again because the state was not saved, in rough nanoseconds.
  private var unsavedWork = 0
  /// Whether the parts on disk are those of this state, but for what has changed since.
  private var isSaved = false

  private init(path: String, isDurable: Bool) {
    self.path = path
    self.isDurable = isDurable
  }

  /// Opens a ledger for writing, or makes it.
  ///
  /// A ledger that was closed is compared with its seal; one whose process was killed is verified from
  /// the first entry on, because nothing else says that it is whole.
  ///
  /// - Parameters:
  ///   - path: The file; the folder around it must exist.
  ///   - genesis: What a new ledger is about; nil where there must be one already.
  ///   - isDurable: Whether commits survive a power failure and not only the end of the process.
  ///   - time: The host's clock.
  /// - Throws: ``LedgerError``; nothing was changed.
  public static func open(
    _ path: String, genesis: LedgerEntry.Genesis?, isDurable: Bool = true, time: Date = Date()
  ) async throws -> LedgerStore {
    let store = LedgerStore(path: path, isDurable: isDurable)
    try await store.start(genesis, time)
    return store
  }

  /// Who is writing a ledger now, or nil if nobody is.
  public static func writer(of path: String) -> String? { LedgerLock.holder(ledger: path) }

  private func start(_ genesis: LedgerEntry.Genesis?, _ time: Date) throws {
    guard genesis != nil || FileManager.default.fileExists(atPath: path) else {
      throw LedgerError(.notFound, path: path, "there is no ledger")
    }
    lock = try LedgerLock(ledger: path)
    do {
      // Looked at under the lock: another process may just have made it.
      let exists = FileManager.default.fileExists(atPath: path)
      if exists {
        LedgerFile.rollBack(path)
      } else if let genesis {
        try make(genesis, time)
      }
      let seal = exists ? try LedgerSeal.read(path) : nil
      try seal?.check(path)
      // By a connection that cannot write: a file of a later version stays as it is.
      let reader = try LedgerFile.open(path, isWriter: false)
      try reader.read { db in try LedgerFile.refuseNewer(db, path) }
      try reader.close()
      // From here on the seal would lie: opening for writing changes the head of the file.
      LedgerSeal.remove(path)
      let database = try LedgerFile.open(path, isWriter: true, isDurable: isDurable)
      self.database = database
      try LedgerSchema.migrator.migrate(database)
      let loaded = try database.read { db in
        seal == nil ? try LedgerFile.loadVerified(db, path) : try LedgerFile.load(db, path)
      }
      (state, head, isSaved) = (loaded.state, loaded.head, loaded.isFromSaved)
      // A ledger that was just made is all new.
      recordsAtOpening = exists ? state.count : 0
      guard state.genesis != nil else {
        throw LedgerError(.corrupt, path: path, "the ledger has no first entry")
      }
    } catch {
      try? database?.close()
      (database, lock) = (nil, nil)
      throw LedgerError(error, path: path, doing: "opening the ledger")
    }
  }

  /// Makes a ledger of one entry under a name of its own, so that one that is not whole, because the disk
  /// was full or the process killed, is never taken for a ledger.
  private func make(_ genesis: LedgerEntry.Genesis, _ time: Date) throws {
    try LedgerFile.refuseLog(without: path)
    let draft = path + ".being-created"
    LedgerFile.remove(draft)
    do {
      let database = try DatabaseQueue(path: draft)
      self.database = database
      try LedgerSchema.migrator.migrate(database)
      try append([LedgerEntry(time: LedgerTime(time), content: .genesis(genesis))])
      try database.close()
      try LedgerFile.rename(draft, to: path)
    } catch {
      try? database?.close()
      LedgerFile.remove(draft)
      throw error
    }
    // The file is opened again like any other.
    (database, state, head, unsavedWork) = (nil, LedgerState(), EntryChain.start, 0)
  }

  /// Adds entries: all of them, or none.
  ///
  /// - Parameters:
  ///   - trains: the trains of intents where they are prepared already, by the place of their entry.
  ///   - observations: what reads found, by the place of their entry among the entries.
  func append(
    _ entries: [LedgerEntry], trains: [PreparedTrain?] = [], observations: [Int: [UInt8]] = [:]
  ) throws {
    guard let database else {
      throw LedgerError(.invalid, path: path, "the ledger is closed")
    }
    var rows: [(sequence: Int, body: [UInt8], hash: [UInt8])] = []
    rows.reserveCapacity(entries.count)
    var hash = head
    for (place, entry) in entries.enumerated() {
      let sequence = state.count + rows.count + 1
      let body = entry.bytes(train: trains.isEmpty ? nil : trains[place])
      hash = EntryChain.hash(after: hash, sequence: sequence, bytes: body)
      rows.append((sequence, body, hash))
    }
    guard let last = rows.last else { return }
    if let contradiction = state.contradiction(in: entries) {
      // An outcome comes after its pulses.
      let isBefore = entries.contains { if case .intent = $0.content { true } else { false } }
      throw LedgerError(
        .invalid, path: path,
        "\(contradiction): it was not written down" + (isBefore ? ", and nothing was fired" : ""))
    }
    do {
      try database.write { db in
        try EntryTable.insert(rows, db)
        for (place, data) in observations {
          try db.cachedStatement(sql: "INSERT INTO observation (seq, data) VALUES (?, ?)")
            .execute(arguments: [rows[place].sequence, Data(data)])
        }
        try db.cachedStatement(
          sql: "INSERT OR REPLACE INTO head (id, seq, hash) VALUES (1, ?, ?)"
        ).execute(arguments: [last.sequence, Data(last.hash)])
      }
    } catch {
      throw LedgerError(error, path: path, doing: "writing to the ledger")
    }
    head = hash
    for (place, entry) in entries.enumerated() {
      do {
        try state.append(entry, train: trains.isEmpty ? nil : trains[place])
      } catch {
        throw LedgerError(
          .corrupt, path: path, "the ledger contradicts itself: \(error.explanation)")
      }
      unsavedWork += Self.work(of: entry, trains.isEmpty ? nil : trains[place])
    }
    // A state is saved when making it again would take longer than a moment, and than saving it.
    if unsavedWork > max(200_000_000, 40 * state.cells) { saveState() }
  }

  /// What it costs to fold an entry in again, in rough nanoseconds.
  private static func work(of entry: LedgerEntry, _ train: PreparedTrain?) -> Int {
    guard case .intent(let intent) = entry.content else { return 2_000 }
    let region = intent.train.region
    guard let few = train?.pulses.signedCounts?.few else { return 4_000 + 4 * region.count }
    // Its lines are read, and its cells alone are booked.
    return 4_000 + 20 * (region.rows.count + region.columns.count) + 20 * few.count
  }

  /// Saves what follows from the entries, so that opening is quick.
  ///
  /// A failure costs nothing but time: the state can be made again from the entries.
  private func saveState() {
    guard let database else { return }
    let parts = state.parts(onlyChanged: isSaved)
    do {
      try database.write { db in
        // What another version, or a state before a kill, has left.
        if !isSaved { try db.execute(sql: "DELETE FROM state") }
        for (name, data) in parts {
          try db.execute(
            sql: "INSERT OR REPLACE INTO state (name, data) VALUES (?, ?)",
            arguments: [name, Data(data)])
        }
      }
      state.saved()
      isSaved = true
      unsavedWork = 0
    } catch {
      unsavedWork = 0
    }
  }

  /// Visits entries in order, from one on; all shapes are known by now.
  ///
  /// - Parameter body: returns whether to go on.
  func forEachEntry(from first: Int, _ body: (Int, LedgerEntry) throws -> Bool) throws {
    guard let database else { return }
    try database.read { db in
      try EntryTable.forEach(from: first, db) { sequence, bytes, _ in
        try body(sequence, try LedgerEntry(bytes: Array(bytes), shapes: state.shapes))
      }
    }
  }

  /// Goes back to a single file, which can be copied, and read where nothing may be written.
  ///
  /// - Returns: false where readers are still there: they keep the log, and nothing is lost; then there is
  ///   no seal, and the next one who writes verifies the ledger.
  private static func leaveOneFile(_ db: Database) throws -> Bool {
    do {
      try db.execute(sql: "PRAGMA busy_timeout = 200")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      return try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete"
    } catch {
      let code = (error as? DatabaseError)?.resultCode
      if code == .SQLITE_BUSY || code == .SQLITE_LOCKED { return false }
      throw error
    }
  }

  /// Ends the writing: saves the state, leaves one file, and seals it.
  ///
  /// Without this call nothing is lost; the next one who opens the ledger has to verify it.
  public func close() throws {
    guard let database else { return }
    saveState()
    do {
      let isSingleFile = try database.writeWithoutTransaction { db in try Self.leaveOneFile(db) }
      try database.close()
      self.database = nil
      if isSingleFile && !FileManager.default.fileExists(atPath: path + "-wal") {
        try LedgerSeal(of: path, entries: state.count, head: head).write(path)
      }
      lock = nil
    } catch {
      self.database = nil
      lock = nil
      throw LedgerError(error, path: path, doing: "closing the ledger")
    }
  }
}

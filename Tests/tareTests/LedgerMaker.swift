import DeviceContract
import Foundation

@testable import PulseLedger

/// Ledgers for the tests of commands.
enum LedgerMaker {
  struct Made {
    let genesis: LedgerEntry.Genesis
    /// What every cell was surely given, one entry a tile.
    let counts: [CellCounts]
    let records: Int

    var fired: PulseTotals { counts.reduce(PulseTotals()) { $0 + $1.totals } }
  }

  /// A ledger that balances: trains of every kind and end, and a device that agrees at the end.
  ///
  /// - Parameters:
  ///   - leavesOpen: Whether one more train is begun, and never settled.
  ///   - explanation: What a refusal in it says.
  ///   - key: The folder whose key signs it.
  @discardableResult
  static func ledger(
    at path: String, trains: Int = 30, seed: UInt64 = 11,
    level: LedgerEntry.Genesis.Level = .run, leavesOpen: Bool = false,
    explanation: String = "over the budget", key: LedgerKey? = nil
  ) async throws -> Made {
    let genesis = LedgerBench.genesis(level)
    let store = try await LedgerStore.open(path, genesis: genesis)
    let counts = try await LedgerBench.fill(store, genesis, trains: trains, seed: seed)
    let train = LedgerBench.train(.uniform(.up, count: 7), on: .cell(row: 1, column: 2))
    try await store.refuse(TrainRefusal(train: train, explanation: explanation, time: Date()))
    if leavesOpen { _ = try await store.record([TrainIntent(train: train, time: Date())]) }
    try await store.append(
      .disconnection(
        LedgerEntry.Disconnection(
          status: "finished", history: nil, odometerDigest: [], agrees: true,
          pulses: counts.reduce(PulseTotals()) { $0 + $1.totals })))
    if let key { try await store.sign(with: key) }
    try await store.close()
    let records = try LedgerReader(path).lastRecord()
    return Made(genesis: genesis, counts: counts, records: records)
  }

  /// The ledger of a chip in a home.
  @discardableResult
  static func chip(_ name: String, in home: URL, key: Bool = false) async throws -> Made {
    let home = LedgerHome(path: home.path)
    try home.makeFolder(ofChip: name)
    let folder = try home.folder(ofChip: name)
    return try await ledger(
      at: try home.ledger(ofChip: name), level: .chip,
      key: key ? try LedgerKey.make(folder: folder) : nil)
  }

  /// Changes one byte of a record, and takes the seal away that would tell.
  static func tamper(_ path: String, record: Int) throws {
    LedgerSeal.remove(path)
    let script = """
      import sqlite3, sys
      file = sqlite3.connect(sys.argv[1])
      (body,) = file.execute("SELECT body FROM entry WHERE seq = ?", (sys.argv[2],)).fetchone()
      body = body[:9] + bytes([body[9] ^ 1]) + body[10:]
      file.execute("UPDATE entry SET body = ? WHERE seq = ?", (body, sys.argv[2]))
      file.commit()
      """
    _ = try Python.run(["-c", script, path, "\(record)"])
  }
}

/// Python, which reads what the commands write as other programs do.
enum Python {
  struct Failed: Error { let output: String }

  static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(output: String(decoding: text, as: UTF8.self))
    }
    return String(decoding: data, as: UTF8.self)
  }
}

import DeviceContract
import Foundation
import GRDB
import PhysicalUnits
import ReproducibleNoise
import Testing

@testable import PulseLedger

@Suite struct LedgerStoreTests {
  /// A refusal of what cannot be is written down like any other.
  @Test func nonsenseThatIsRefusedIsOnRecord() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(path, genesis: genesis)
    let region = CellRegion(
      tile: Tile(-3), rows: Row(-1)..<Row(2), columns: Column(0)..<Column(1 << 40))
    for pattern in [PulseTrain.Pattern.uniform(.up, count: -5), .alternating(pairs: 1)] {
      try await store.refuse(
        TrainRefusal(
          train: LedgerBench.train(pattern, on: region), explanation: "outside", time: Date()))
    }
    try await store.close()
    #expect(try LedgerAudit.of(path).refusals.map(\.explanation) == ["outside", "outside"])
    #expect(try LedgerAudit.of(path).refusals[0].asked == PulseTotals())
  }

  /// All causes and shapes of a tile added up.
  static func sum(_ state: LedgerState, tile: Int) -> CellCounts {
    var sum = CellCounts(cells: state.cells)
    for (key, tally) in state.tallies where key.tile == tile {
      for cell in sum.up.indices {
        sum.up[cell] += tally.up[cell]
        sum.down[cell] += tally.down[cell]
      }
    }
    return sum
  }

  @Test func whatWasWrittenIsThereAfterClosing() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let (genesis, counts) = try await LedgerBench.ledger(at: path, trains: 60, seed: 3)
    let state = try LedgerReader(path).state()
    #expect(state.genesis == genesis && state.open.isEmpty)
    for tile in 0..<2 { #expect(Self.sum(state, tile: tile) == counts[tile]) }
    // One file and its seal; no log is left.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["ledger.sqlite", "ledger.sqlite.lock", "ledger.sqlite.seal"])
    let check = try LedgerVerification.verify(path)
    #expect(check.isWhole && check.isSealed && check.records == state.count, "\(check.problems)")
  }

  @Test func whatWasAppendedIsThereWithoutClosing() async throws {
    let folder = try LedgerFolder()
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(folder.file("ledger.sqlite"), genesis: genesis)
    let counts = try await LedgerBench.fill(store, genesis, trains: 20, seed: 4)
    let open = LedgerBench.train(.uniform(.up, count: 9), on: .cell(row: 1, column: 1))
    _ = try await store.record([TrainIntent(train: open, time: Date())])
    // What a killed process leaves: the file and its log, with no farewell.
    let copy = try folder.copy(folder.file("ledger.sqlite"), to: "copy.sqlite")
    let again = try await LedgerStore.open(copy, genesis: nil)
    let intents = await again.openIntents
    #expect(intents.map(\.train) == [open] && intents.map(\.number) == [21])
    #expect(try await again.lifetimeSum(tile: 0) >= counts[0].totals.all)
    try await again.close()
    try await store.close()
    let state = try LedgerReader(copy).state()
    for tile in 0..<2 { #expect(Self.sum(state, tile: tile) == counts[tile]) }
  }

  @Test func aSecondWriterIsToldWhoHoldsIt() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let store = try await LedgerStore.open(path, genesis: LedgerBench.genesis())
    let error = await #expect(throws: LedgerError.self) {
      _ = try await LedgerStore.open(path, genesis: LedgerBench.genesis())
    }
    #expect(error?.code == .busy)
    #expect(
      error?.explanation.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
    // Readers are not held up.
    #expect(try LedgerReader(path).state().count == 1)
    #expect(try LedgerVerification.verify(path).writer != nil)
    try await store.close()
    #expect(try LedgerVerification.verify(path).writer == nil)
    try await LedgerStore.open(path, genesis: nil).close()
  }

  @Test func readersSeeAWholeLedgerWhileItIsWritten() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(path, genesis: genesis)
    async let filled = LedgerBench.fill(store, genesis, trains: 150, seed: 5)
    var seen: [Int] = []
    for _ in 0..<20 {
      let check = try LedgerVerification.verify(path)
      #expect(check.isWhole, "\(check.problems)")
      seen.append(check.records)
      try await Task.sleep(for: .milliseconds(5))
    }
    _ = try await filled
    try await store.close()
    #expect(seen == seen.sorted())
  }

  @Test func aLaterVersionIsReadAndNotWritten() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 5, seed: 6)
    LedgerSeal.remove(path)
    let database = try DatabaseQueue(path: path)
    try await database.write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('2')")
    }
    try database.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let error = await #expect(throws: LedgerError.self) {
      _ = try await LedgerStore.open(path, genesis: nil)
    }
    #expect(error?.code == .newer && error?.explanation.contains("later version") == true)
    let reader = try LedgerReader(path)
    #expect(try reader.isNewer() && reader.state().count == 15)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aClockThatStepsBackStopsIntentsButNotOutcomes() async throws {
    let folder = try LedgerFolder()
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(folder.file("ledger.sqlite"), genesis: genesis)
    try await store.append(LedgerBench.connection(genesis))
    let train = LedgerBench.train(.uniform(.up, count: 1), on: .cell(row: 0, column: 0))
    let now = Date()
    let number = try await store.record([TrainIntent(train: train, time: now)])
    var outcome = LedgerBench.fired(train)
    outcome.time = now.addingTimeInterval(-3600)
    try await store.settle([TrainSettlement(number: number, outcome: outcome)])
    let error = await #expect(throws: LedgerError.self) {
      _ = try await store.record([
        TrainIntent(train: train, time: now.addingTimeInterval(-3600))
      ])
    }
    #expect(error?.code == .clock && error?.explanation.contains("nothing was fired") == true)
    // What a time server corrects at once is no error, and no entry is dated before the one before it.
    let next = try await store.record([TrainIntent(train: train, time: now.addingTimeInterval(-1))])
    try await store.settle([TrainSettlement(number: next, outcome: outcome)])
    try await store.close()
    var last = LedgerTime(microseconds: .min)
    try LedgerReader(store.path).forEach { _, entry in
      #expect(entry.time >= last)
      last = entry.time
      return true
    }
  }

  @Test func savedTotalsAreThoseOfTheEntries() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 40, seed: 8)
    let saved = try LedgerReader(path).state().parts(onlyChanged: false)
    let derived = try LedgerReader(path).reading { db in
      try LedgerVerification.chain(db, path).state.parts(onlyChanged: false)
    }
    #expect(saved == derived && saved.count > 10)
  }

  @Test func sizesStaySmall() async throws {
    let folder = try LedgerFolder()
    let genesis = LedgerBench.genesis(.run, rows: 1024, columns: 1024)
    let whole = CellRegion.whole(rows: 1024, columns: 1024)
    func size(_ pattern: PulseTrain.Pattern, on region: CellRegion) -> Int {
      LedgerEntry(
        time: LedgerTime(Date()),
        content: .intent(
          LedgerEntry.Intent(
            number: 10_000_000, train: LedgerBench.train(pattern, on: region), shape: 3,
            odometer: PulseTotals(up: 1 << 40, down: 1 << 40)))
      ).bytes.count
    }
    var random = RandomStream(seed: 1, stream: 0)
    #expect(size(.alternating(pairs: 4000), on: whole) < 100)
    #expect(size(.uniform(.up, count: 1), on: .cell(row: 700, column: 900)) < 64)
    // Random signs take two bits a cell, counts up to 127 a byte.
    let signs = (0..<1 << 20).map { _ in Int16(Bool.random(using: &random) ? 1 : -1) }
    #expect(size(.counts(signs), on: whole) < 1 << 18 + 100)
    let counts = (0..<1 << 20).map { _ in Int16.random(in: -127...127, using: &random) }
    #expect(size(.counts(counts), on: whole) < 1 << 20 + 100)
    #expect(size(.counts([Int16](repeating: 0, count: 1 << 20)), on: whole) < 2_000)
    // 64 + 64 lines of 31 slots.
    let lines = (0..<64).map { _ in BitLine(stochastic: 0.5, slots: 31, using: &random) }
    let small = CellRegion.whole(rows: 64, columns: 64)
    #expect(
      size(.outerProduct(rowLines: lines, columnLines: lines, slots: 31), on: small) < 700)
    _ = (folder, genesis)
  }
}

extension LedgerStore {
  fileprivate func lifetimeSum(tile: Int) throws -> Int {
    lifetime[tile].pulses.reduce(0) { $0 + Int($1) }
  }
}

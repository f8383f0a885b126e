import DeviceContract
import Foundation
import GRDB
import Testing

@testable import PulseLedger

/// A ledger is closed whoever looks at it meanwhile.
@Suite struct ClosingTests {
  @Test func besideAnIdleReader() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(path, genesis: genesis)
    let counts = try await LedgerBench.fill(store, genesis, trains: 20, seed: 41)
    // It has read once, and keeps its connection.
    let reader = try LedgerReader(path)
    let records = try reader.lastRecord()
    try await store.close()
    #expect(!LedgerSeal.isPresent(path), "a seal beside a log would be wrong at once")
    let check = try LedgerVerification.verify(path)
    #expect(check.isWhole && check.writer == nil, "\(check.problems)")
    #expect(check.records == records)
    #expect(try reader.lastRecord() == records)
    // The next one who writes finds all of it.
    let again = try await LedgerStore.open(path, genesis: nil)
    try expectTotals(counts, path)
    try await again.close()
    #expect(try LedgerVerification.verify(path).isWhole)
    withExtendedLifetime(reader) {}
  }

  @Test func besideAReaderInTheMiddleOfItsWork() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(path, genesis: genesis)
    let counts = try await LedgerBench.fill(store, genesis, trains: 20, seed: 42)
    // Its transaction holds the log back; it ends with the connection.
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: path, configuration: configuration)
    try await reader.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM entry")
    }
    try await store.close()
    #expect(!LedgerSeal.isPresent(path))
    #expect(try LedgerVerification.verify(path).isWhole)
    try reader.close()
    let again = try await LedgerStore.open(path, genesis: nil)
    try expectTotals(counts, path)
    try await again.close()
    let check = try LedgerVerification.verify(path)
    #expect(check.isWhole && check.isSealed, "\(check.problems)")
  }

  /// A reader that comes and goes in the life of a ledger leaves nothing that is taken for damage.
  @Test func afterAReaderIsGoneTheNextCloseSeals() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(path, genesis: genesis)
    do {
      let reader = try LedgerReader(path)
      _ = try reader.lastRecord()
      try await store.close()
      withExtendedLifetime(reader) {}
    }
    for _ in 0..<2 {
      try await LedgerStore.open(path, genesis: nil).close()
      let check = try LedgerVerification.verify(path)
      #expect(check.isWhole && check.isSealed, "\(check.problems)")
      #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }
  }

  /// What is closed is left as it is by those who read it, with and without the lock file beside it.
  @Test func readersMakeNoFilesBesideAClosedLedger() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 10, seed: 43)
    for names in [["", ".lock", ".seal"], ["", ".seal"], [""]] {
      for suffix in [".lock", ".seal"] where !names.contains(suffix) {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(try LedgerVerification.verify(path).isWhole)
      #expect(try LedgerAudit.of(path).total.trains == 10)
      #expect(try LedgerReader(path).state().count > 10)
      let after = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(after == names.map { "ledger.sqlite" + $0 })
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  private func expectTotals(_ counts: [CellCounts], _ path: String) throws {
    let state = try LedgerReader(path).state()
    for tile in 0..<2 { #expect(LedgerStoreTests.sum(state, tile: tile) == counts[tile]) }
  }
}

import DeviceContract
import Foundation
import PhysicalUnits
import Testing

@testable import PulseLedger

@Suite struct LedgerReaderTests {
  /// Shapes come from the saved totals then, and from the records after those.
  @Test func theLastRecordsReadAsThoseOfAllRecords() async throws {
    let folder = try LedgerFolder()
    let path = folder.file("ledger.sqlite")
    _ = try await LedgerBench.ledger(at: path, trains: 20, seed: 5)
    try expectTailsOfAll(path)
    // A shape that the saved totals do not know, in a ledger that is being written.
    let store = try await LedgerStore.open(path, genesis: nil)
    for amplitude in [1.7, 1.2, 1.9] {
      let train = LedgerBench.train(
        .uniform(.up, count: 3),
        on: .cell(row: 1, column: 2), amplitude: amplitude)
      let number = try await store.record([TrainIntent(train: train, time: Date())])
      try await store.settle([
        TrainSettlement(number: number, outcome: LedgerBench.fired(train))
      ])
    }
    try expectTailsOfAll(path)
    try await store.close()
  }

  private func expectTailsOfAll(_ path: String) throws {
    func entries(from first: Int) throws -> [LedgerEntry] {
      var entries: [LedgerEntry] = []
      try LedgerReader(path).forEach(from: first) { record, entry in
        #expect(record == first + entries.count)
        entries.append(entry)
        return true
      }
      return entries
    }
    let all = try entries(from: 1)
    for first in 2...all.count { #expect(try entries(from: first) == Array(all[(first - 1)...])) }
  }
}

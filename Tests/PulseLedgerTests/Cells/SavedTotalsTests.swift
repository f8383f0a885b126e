import DeviceContract
import Testing

@testable import PulseLedger

@Suite struct SavedTotalsTests {
  /// Totals that somebody has changed are compared with what the entries say, whatever is in them.
  @Test(arguments: ["exposures", "uncertain", "cells", "board"])
  func partsOfAnotherArrayAreNoTotals(part: String) throws {
    let genesis = LedgerBench.genesis(rows: 6, columns: 5)
    let region = CellRegion(rows: 0..<2, columns: 0..<2)
    let train = LedgerBench.train(.uniform(.up, count: 3), on: region)
    func state(_ genesis: LedgerEntry.Genesis) throws -> [String: [UInt8]] {
      let state = LedgerState()
      let contents: [LedgerEntry.Content] = [
        .genesis(genesis), LedgerBench.connection(genesis), .shape(train.shape),
        .intent(LedgerEntry.Intent(number: 1, train: train, shape: 0, odometer: nil)),
        .outcome(
          LedgerEntry.Outcome(
            number: 1, source: .receipt, status: .uncertain, fired: PulseTotals(up: 4),
            uncertain: 8, cells: CellCounts(cells: 4, up: 1), clock: nil, duration: 0, energy: nil,
            odometer: nil, readings: [], explanation: "")),
      ]
      for content in contents {
        try state.append(LedgerEntry(time: LedgerTime(microseconds: 1), content: content))
      }
      return state.parts(onlyChanged: false)
    }
    var parts = try state(genesis)
    _ = try LedgerState(parts: parts)
    let other = try state(LedgerBench.genesis(rows: 4, columns: 4))
    let name = try #require(parts.keys.first { $0.hasPrefix(part + "/") })
    parts[name] = other[name]
    #expect(throws: (any Error).self) { _ = try LedgerState(parts: parts) }
  }
}

import DeviceContract
import Foundation
import SimulatedCrossbar
import Testing

@testable import PulseLedger

@Suite struct ReplayTests {
  /// A train that was interrupted twice: what is sure of its cells is the sum over its parts.
  @Test func partsOfATrainAreJoined() async throws {
    let folder = try LedgerFolder()
    let bench = try Bench()
    let train = bench.train(.uniform(.up, count: 10))
    let cells = train.region.count
    let path = folder.file("ledger.sqlite")
    let genesis = LedgerBench.genesis(.run, rows: 4, columns: 6)
    let store = try await LedgerStore.open(path, genesis: genesis)
    try await store.append(LedgerBench.connection(genesis))
    let rest = train.rest(after: 4)
    _ = try await store.record([TrainIntent(train: train, time: Date())])
    try await store.settle([
      TrainSettlement(
        number: 1,
        outcome: TrainOutcome(
          status: .partial, fired: PulseTotals(up: 4 * cells),
          cells: CellCounts(cells: cells, up: 4),
          time: Date()))
    ])
    _ = try await store.record([TrainIntent(train: rest[0], time: Date())])
    try await store.settle([
      TrainSettlement(
        number: 2,
        outcome: TrainOutcome(
          status: .uncertain, fired: PulseTotals(up: cells), uncertain: 5 * cells,
          cells: CellCounts(cells: cells, up: 1), time: Date()))
    ])
    try await store.close()
    let device = MeteredDevice(bench.simulator, replay: try RunReplay(of: path))
    let receipt = try await device.apply(train)
    #expect(receipt.fired == PulseTotals(up: 5 * cells) && receipt.uncertain == 5 * cells)
    #expect(receipt.cells == CellCounts(cells: cells, up: 5))
    // Nothing was fired again.
    #expect(try await bench.simulator.odometer(of: bench.region).totals == PulseTotals())
    #expect(await device.replayed.pulses == 10 * cells)
  }
}

import DeviceContract
import Foundation
import PhysicalUnits

// What a reconciliation asks of a store.
extension LedgerStore {
  /// What the ledger knows of one device, as values.
  struct BoardFacts: Sendable {
    var epoch: UInt64
    var lastNumber: UInt64
    var lastFired: UInt64
    var odometer: [CellCounts]
    /// How much more each cell may count; empty for tiles where every count is sure.
    var uncertain: [[UInt32]]
  }

  func facts(of serialNumber: String) -> BoardFacts? {
    state.boards[serialNumber].map {
      BoardFacts(
        epoch: $0.epoch, lastNumber: $0.lastNumber, lastFired: $0.lastFired,
        odometer: $0.odometer.map(\.counts), uncertain: $0.uncertain)
    }
  }

  /// The device that was connected last.
  var lastBoard: String? { state.board }

  /// Intents whose outcomes are not known, in the order of their numbers.
  var openIntents: [LedgerEntry.Intent] {
    state.open.values.map(\.intent).sorted { $0.number < $1.number }
  }

  var genesis: LedgerEntry.Genesis? { state.genesis }

  /// Adds one entry, dated now but never before the last one.
  func append(_ content: LedgerEntry.Content, time: Date = Date()) throws {
    try append([LedgerEntry(time: max(LedgerTime(time), state.lastTime), content: content)])
  }

  /// Adds an adoption: its time counts, also where it is before the last entry.
  func adopt(_ adoption: LedgerEntry.Adoption, time: Date = Date()) throws {
    try append([LedgerEntry(time: LedgerTime(time), content: .adoption(adoption))])
  }

  /// Refuses a clock that stands before the last entry.
  func checkClock(_ time: Date) throws { _ = try entryTime(time) }

  /// Bounds of the pulses that a run has fired.
  func pulses(of run: UUID) -> ClosedRange<Int> {
    let sums = state.runs[run]?.sums ?? PulseSums()
    return sums.fired.all...sums.fired.all + sums.uncertain
  }

  /// The device that is connected, or was last, as the start of a connection that goes on from there.
  var lastConnection: LedgerEntry.Connection? {
    guard let serialNumber = state.board, let board = state.boards[serialNumber] else { return nil }
    return LedgerEntry.Connection(
      device: board.device, durability: board.durability,
      history: DeviceHistory(
        epoch: board.epoch, last: board.lastNumber, oldestKept: 0, pulses: PulseTotals(),
        clock: .zero),
      odometerDigest: [], baseline: [], host: ProcessInfo.processInfo.hostName,
      process: Int(ProcessInfo.processInfo.processIdentifier))
  }

  var isConnected: Bool { state.isConnected }

  /// What every cell has been through: one entry a tile.
  var lifetime: [TileHistory] { state.lifetime }
}

extension LedgerState {
  /// Pulses that every cell has seen, those that are uncertain and those that were adopted included, and
  /// its half-select exposures: one entry a tile.
  var lifetime: [TileHistory] {
    (0..<tiles).map { tile in
      let none = [UInt32](repeating: 0, count: cells)
      var pulses = (uncertain[tile] ?? none).map(UInt64.init)
      for (key, tally) in tallies where key.tile == tile {
        for cell in pulses.indices {
          pulses[cell] += UInt64(tally.up[cell]) + UInt64(tally.down[cell])
        }
      }
      return TileHistory(pulses: pulses, exposures: (exposures(of: tile) ?? none).map(UInt64.init))
    }
  }
}

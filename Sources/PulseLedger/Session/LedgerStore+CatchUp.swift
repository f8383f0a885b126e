import DeviceContract
import Foundation

extension LedgerStore {
  /// Brings a run's ledger up to what the chip's ledger holds of the run, after a kill between the two.
  ///
  /// What reads found in between is lost; the outcomes are not.
  func catchUp(with chip: LedgerStore, run: UUID) async throws {
    for entry in try await chip.trains(of: run) {
      switch entry.content {
      case .intent(let intent):
        let isKnown = facts(of: lastBoard ?? "").map { intent.number <= $0.lastNumber } ?? false
        if isKnown { continue }
        if !isConnected, var connection = await chip.lastConnection {
          // The run's ledger lost the start of the connection, or said its farewell too early.
          if facts(of: connection.device.serialNumber) == nil, let genesis {
            connection.history?.last = intent.number - 1
            connection.history?.pulses = intent.odometer ?? PulseTotals()
            connection.baseline = (0..<genesis.tiles).map { _ in
              CellCounts(cells: genesis.rows * genesis.columns)
            }
          } else {
            connection.history = nil
          }
          try append(.connection(connection))
        }
        _ = try record(
          [TrainIntent(train: intent.train, time: entry.time.date, odometer: intent.odometer)],
          first: intent.number)
      case .outcome(let outcome):
        guard openIntents.contains(where: { $0.number == outcome.number }) else { continue }
        var known = outcome
        known.readings = []
        try append(
          [LedgerEntry(time: max(entry.time, state.lastTime), content: .outcome(known))])
      default: continue
      }
    }
  }

  /// Intents and outcomes since a run was last begun, and before any other run.
  func trains(of run: UUID) throws -> [LedgerEntry] {
    guard let start = state.runs[run]?.campaign, start > 0 else { return [] }
    var found: [LedgerEntry] = []
    try forEachEntry(from: start + 1) { _, entry in
      switch entry.content {
      case .intent, .outcome: found.append(entry)
      case .campaign(let campaign) where campaign.run != run: return false
      default: break
      }
      return true
    }
    return found
  }
}

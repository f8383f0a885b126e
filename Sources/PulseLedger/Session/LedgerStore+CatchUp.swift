import DeviceContract
import Foundation

extension LedgerStore {
  /// Brings a run's ledger up to what the chip's ledger holds of the run, after a kill between the two or
  /// a power failure, which the chip's ledger survives and the run's may not.
  ///
  /// What reads found in between is lost; the outcomes are not.
  func catchUp(with chip: LedgerStore, run: UUID) async throws {
    for entry in try await chip.trains(of: run) {
      switch entry.content {
      case .campaign:
        // Pulses count for the campaign that they follow.
        if state.runs[run] == nil { try append(entry.content, time: entry.time.date) }
      case .intent(let intent):
        let isKnown = facts(of: lastBoard ?? "").map { intent.number <= $0.lastNumber } ?? false
        if isKnown { continue }
        if !isConnected || intent.number != nextNumber, let genesis,
          var connection = await chip.lastConnection
        {
          // The run's ledger lost the start of the connection, or said its farewell too early; other
          // runs may have been in between.
          let known = facts(of: connection.device.serialNumber)
          connection.history?.last = intent.number - 1
          connection.history?.pulses = intent.odometer ?? PulseTotals()
          connection.baseline =
            known?.odometer
            ?? (0..<genesis.tiles).map { _ in CellCounts(cells: genesis.rows * genesis.columns) }
          // Dated like its trains: what follows would be before it otherwise.
          try append(.connection(connection), time: entry.time.date)
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

  /// The campaign of a run where it was last begun, and its intents and outcomes, before any other run.
  func trains(of run: UUID) throws -> [LedgerEntry] {
    guard let start = state.runs[run]?.campaign, start > 0 else { return [] }
    var found: [LedgerEntry] = []
    try forEachEntry(from: start) { _, entry in
      switch entry.content {
      case .intent, .outcome: found.append(entry)
      case .campaign(let campaign):
        guard campaign.run == run else { return false }
        found.append(entry)
      default: break
      }
      return true
    }
    return found
  }
}

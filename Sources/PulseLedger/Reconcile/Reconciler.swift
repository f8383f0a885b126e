import DeviceContract
import Foundation
import PhysicalUnits

/// Compares a ledger with the device that is connected, and books what follows.
struct Reconciler: Sendable {
  let store: LedgerStore
  let device: any PulseDevice
  /// Whether the ledgers of other chips here account for the device's history as it stands, back to the
  /// last number that this ledger knows of it, if any.
  let isKnownElsewhere: @Sendable (DeviceStanding, UInt64?) -> Bool

  private var capabilities: Capabilities { device.capabilities }
  private var serialNumber: String { capabilities.identity.serialNumber }
  private var survives: Bool { capabilities.counterDurability != .volatile }
  private var journaled: (any JournaledDevice)? { device as? any JournaledDevice }

  /// Settles what was open, compares, and writes down the connection and what was found.
  ///
  /// Only a ledger that agrees may be pulsed on. Nothing is fired; numbers that were never sent are used
  /// up by trains of no pulses.
  func run() async throws -> Reconciliation {
    try await checkGeometry()
    var result = Reconciliation()
    result.isCompared = survives && journaled != nil
    let settlements = try await settleOpen(&result)
    for (source, settlement) in settlements {
      try await store.settle([settlement], source: source)
    }
    var baseline: [CellCounts] = []
    var beyond: [CellCounts] = []
    if result.isCompared, let journaled {
      let known = await store.facts(of: serialNumber)
      let standing = try await DeviceStanding.ask(device)
      if let known, let history = standing.history, history.epoch == known.epoch,
        history.last > known.lastNumber, isKnownElsewhere(standing, known.lastNumber)
      {
        result.tookOver = true
        baseline = try await DeviceStanding.odometer(of: device)
      } else if let known {
        try await compareHistories(known, journaled, &result)
        if known.epoch == (try await journaled.history().epoch) {
          beyond = try await compareCounts(known, &result)
        }
      } else {
        let history = standing.history
        let isFresh = history?.last == 0 && history?.pulses.all == 0
        result.tookOver = !isFresh && isKnownElsewhere(standing, nil)
        if isFresh || result.tookOver {
          baseline = try await DeviceStanding.odometer(of: device)
        } else {
          result.mismatches.append(
            .unknownHistory(pulses: history?.pulses.all ?? 0, last: history?.last ?? 0))
        }
      }
    } else {
      baseline = try await DeviceStanding.odometer(of: device)
    }
    let standing = try await DeviceStanding.ask(device)
    try await store.append(
      .connection(
        LedgerEntry.Connection(
          device: capabilities.identity, durability: capabilities.counterDurability,
          history: standing.history, odometerDigest: standing.digest, baseline: baseline,
          host: ProcessInfo.processInfo.hostName,
          process: Int(ProcessInfo.processInfo.processIdentifier))))
    try await store.append(
      .reconciliation(
        LedgerEntry.Reconciled(
          agrees: result.agrees, settled: result.settled.count, beyond: beyond,
          findings: result.findings.joined(separator: "\n"))))
    return result
  }

  private func checkGeometry() async throws {
    guard let genesis = await store.genesis else { return }
    let asked = (capabilities.tiles, capabilities.rows, capabilities.columns)
    guard asked == (genesis.tiles, genesis.rows, genesis.columns) else {
      throw LedgerError(
        .mismatch, path: store.path,
        "the ledger of \(genesis.name) is about \(genesis.tiles) tiles of \(genesis.rows) x "
          + "\(genesis.columns) cells; the device has \(asked.0) of \(asked.1) x \(asked.2). Nothing "
          + "was fired. Name the chip that is on the board")
    }
  }

  // MARK: Open intents

  /// Finds out what became of every open intent.
  private func settleOpen(
    _ result: inout Reconciliation
  ) async throws -> [(LedgerEntry.Outcome.Source, TrainSettlement)] {
    let open = await store.openIntents
    guard !open.isEmpty else { return [] }
    let isHere = await store.lastBoard == serialNumber
    let epoch = await store.facts(of: serialNumber)?.epoch
    // What a new memory does not know may have been fired in the life of the old one.
    let remembers =
      isHere && survives ? try await journaled?.history().epoch == epoch : false
    var settlements: [(LedgerEntry.Outcome.Source, TrainSettlement)] = []
    for intent in open {
      var source = LedgerEntry.Outcome.Source.assumption
      var outcome = TrainOutcome.assumed(
        intent.train,
        because: isHere
          ? "the device remembers no outcome of this train"
          : "the board that could tell is not the one that is connected")
      if remembers, let journaled {
        switch try await TrainOutcome.remembered(
          of: intent.train, number: intent.number, by: journaled)
        {
        case .outcome(let known): (outcome, source) = (known, .journal)
        case .forgotten: break
        case .otherTrain:
          // It stays open until somebody has looked into it and adopts.
          result.mismatches.append(.otherTrain(number: intent.number))
          continue
        }
      }
      settlements.append((source, TrainSettlement(number: intent.number, outcome: outcome)))
      result.settled.append(
        Reconciliation.Settled(
          number: intent.number, region: intent.train.region, status: outcome.status,
          fired: outcome.fired.all, uncertain: outcome.uncertain))
    }
    return settlements
  }

  // MARK: Histories

  private func compareHistories(
    _ known: LedgerStore.BoardFacts, _ journaled: any JournaledDevice,
    _ result: inout Reconciliation
  ) async throws {
    let history = try await journaled.history()
    guard history.epoch == known.epoch else {
      result.mismatches.append(.otherEpoch(ledger: known.epoch, device: history.epoch))
      return
    }
    if history.last < known.lastFired {
      result.mismatches.append(
        .deviceIsBehind(ledger: known.lastFired, device: history.last))
    } else if history.last > known.lastNumber {
      let first = known.lastNumber + 1
      result.mismatches.append(.unknownTrains(first: first, last: history.last))
      for number in max(first, history.oldestKept)...history.last {
        guard result.unknownTrains.count < 100 else { break }
        if let train = try await journaled.outcome(of: number) {
          result.unknownTrains.append(train)
        }
      }
    } else {
      // What the ledger numbered and never sent must not leave a gap.
      try await VoidTrain.use(journaled, through: known.lastNumber)
    }
  }

  /// Compares the odometer by checksums, and cell by cell where they differ.
  ///
  /// - Returns: pulses that were uncertain and that the odometer counts, one entry a tile.
  private func compareCounts(
    _ known: LedgerStore.BoardFacts, _ result: inout Reconciliation
  ) async throws -> [CellCounts] {
    let standing = try await DeviceStanding.ask(device)
    var beyond = known.odometer.map { CellCounts(cells: $0.up.count) }
    var (cells, pulses) = (0, 0)
    for (tile, expected) in known.odometer.enumerated() {
      let ranges = standing.digests[tile].differingCells(
        from: OdometerDigests(of: expected), cells: expected.up.count)
      guard let first = ranges.first, let last = ranges.last else { continue }
      // Whole rows around the blocks that differ: regions are rectangles.
      let columns = capabilities.columns
      let rows = first.lowerBound / columns..<(last.upperBound + columns - 1) / columns
      let region = CellRegion(
        tile: Tile(tile), rows: Row(rows.lowerBound)..<Row(rows.upperBound),
        columns: 0..<Column(columns))
      let counted = try await device.odometer(of: region)
      for offset in counted.up.indices {
        let cell = rows.lowerBound * columns + offset
        let bound = known.uncertain[tile].isEmpty ? 0 : known.uncertain[tile][cell]
        let (up, down) = (counted.up[offset], counted.down[offset])
        let more = (
          Int(up) - Int(expected.up[cell]), Int(down) - Int(expected.down[cell])
        )
        let isWithin = more.0 >= 0 && more.1 >= 0 && more.0 + more.1 <= Int(bound)
        if isWithin {
          beyond[tile].up[cell] = up - expected.up[cell]
          beyond[tile].down[cell] = down - expected.down[cell]
          continue
        }
        cells += 1
        pulses +=
          abs(Int(up) - Int(expected.up[cell])) + abs(Int(down) - Int(expected.down[cell]))
        guard result.differences.count < 100 else { continue }
        result.differences.append(
          Reconciliation.Difference(
            tile: tile, row: cell / columns, column: cell % columns,
            ledger: PulseTotals(up: Int(expected.up[cell]), down: Int(expected.down[cell])),
            device: PulseTotals(up: Int(up), down: Int(down)), uncertain: Int(bound)))
      }
    }
    if cells > 0 { result.mismatches.append(.counts(cells: cells, pulses: pulses)) }
    result.confirmed = beyond.reduce(0) { $0 + $1.totals.all }
    return result.confirmed > 0 && cells == 0 ? beyond : []
  }
}

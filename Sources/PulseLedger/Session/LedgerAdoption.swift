public import DeviceContract
public import Foundation

/// Taking over a device's history that the ledger cannot explain.
public struct LedgerAdoption: Sendable, Hashable {
  /// Who takes it over.
  public var operatorName: String
  /// Why.
  public var reason: String
  /// Whether pulses that no train explains were fired on this chip, and count as its wear.
  public var countsAsWear: Bool

  /// Describes an adoption.
  public init(operatorName: String, reason: String, countsAsWear: Bool = true) {
    self.operatorName = operatorName
    self.reason = reason
    self.countsAsWear = countsAsWear
  }

  /// What an adoption booked.
  public struct Result: Sendable, Hashable {
    /// What the comparison before found.
    public var reconciliation: Reconciliation
    /// Whether there was something to adopt.
    public var wasNeeded: Bool
    /// Pulses that no train explains.
    public var unexplained: Int
    /// Pulses of the ledger that the device does not count.
    public var missing: Int
    /// The chip.
    public var chip: String
  }

  /// Compares a chip's ledger with its device, and takes the device's history over where they differ.
  ///
  /// The adoption is a record like any other. A clock that stands before the last record is taken over as
  /// well.
  ///
  /// - Throws: ``LedgerError``, or the device's ``DeviceError``; nothing was fired.
  public func adopt(
    _ device: any PulseDevice, home: LedgerHome, chip: String? = nil, program: String,
    time: Date = Date()
  ) async throws -> Result {
    let capabilities = device.capabilities
    let name = chip ?? capabilities.identity.serialNumber
    try home.makeFolder(ofChip: name)
    let store = try await LedgerStore.open(
      try home.ledger(ofChip: name),
      genesis: LedgerEntry.Genesis(
        level: .chip, id: UUID(), name: name, tiles: capabilities.tiles, rows: capabilities.rows,
        columns: capabilities.columns, program: program), time: time)
    do {
      let result = try await adopt(device, store, name, home, time)
      // The end of a signed ledger is signed, whoever wrote it.
      try await store.close(signingWith: LedgerKey.read(folder: home.folder(ofChip: name)))
      return result
    } catch {
      let key = try? LedgerKey.read(folder: home.folder(ofChip: name))
      try? await store.close(signingWith: key)
      throw error
    }
  }

  private func adopt(
    _ device: any PulseDevice, _ store: LedgerStore, _ name: String, _ home: LedgerHome,
    _ time: Date
  ) async throws -> Result {
    let clockIsBehind = await store.isClockBehind(time)
    let reconciliation = try await Reconciler(
      store: store, device: device,
      isKnownElsewhere: { standing, last in
        OtherChips(home: home, except: name).account(
          for: standing, of: device, since: last)
      }
    ).run()
    var result = Result(
      reconciliation: reconciliation, wasNeeded: !reconciliation.agrees || clockIsBehind,
      unexplained: 0, missing: 0, chip: name)
    guard result.wasNeeded else { return result }
    for intent in await store.openIntents {
      // Nothing else will ever tell of them.
      try await store.settle(
        [
          TrainSettlement(
            number: intent.number,
            outcome: TrainOutcome(
              status: .uncertain, fired: PulseTotals(), uncertain: intent.train.totals.all,
              cells: CellCounts(cells: intent.train.region.count), time: time,
              explanation: "the device was given another train under this number"))
        ], source: .assumption)
    }
    let odometer = try await DeviceStanding.odometer(of: device)
    let known = await store.facts(of: device.capabilities.identity.serialNumber)
    // Another epoch counts from 0: all that it counts is new.
    let isNewEpoch = reconciliation.mismatches.contains {
      if case .otherEpoch = $0 { true } else { false }
    }
    var unexplained = odometer.map { CellCounts(cells: $0.up.count) }
    for (tile, counted) in odometer.enumerated() {
      let none = CellCounts(cells: counted.up.count)
      let expected = isNewEpoch ? none : known?.odometer[tile] ?? none
      for cell in counted.up.indices {
        unexplained[tile].up[cell] = counted.up[cell].above(expected.up[cell])
        unexplained[tile].down[cell] = counted.down[cell].above(expected.down[cell])
        result.missing +=
          Int(expected.up[cell].above(counted.up[cell]))
          + Int(expected.down[cell].above(counted.down[cell]))
      }
    }
    result.unexplained = unexplained.reduce(0) { $0 + $1.totals.all }
    let history = try await (device as? any JournaledDevice)?.history()
    try await store.adopt(
      LedgerEntry.Adoption(
        operatorName: operatorName, reason: reason, history: history, odometer: odometer,
        unexplained: countsAsWear
          ? unexplained : unexplained.map { CellCounts(cells: $0.up.count) },
        missing: result.missing), time: time)
    return result
  }
}

extension UInt32 {
  /// How far the number is above another one; 0 where it is not.
  fileprivate func above(_ other: UInt32) -> UInt32 { self > other ? self - other : 0 }
}

extension LedgerStore {
  /// Whether a clock stands before the last entry.
  fileprivate func isClockBehind(_ time: Date) -> Bool { (try? checkClock(time)) == nil }
}

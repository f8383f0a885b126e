public import DeviceContract
public import Foundation

/// A connection between a device and its ledgers, from the first comparison to the last.
///
/// ```swift
/// let session = try await LedgerSession.connect(device, home: home, chip: "hfox-a3", run: run)
/// let metered = MeteredDevice(device, journal: session.journal, lifetime: session.lifetime)
/// // ... pulses ...
/// try await session.close(status: "finished")
/// ```
public struct LedgerSession: Sendable {
  /// Where trains are written down.
  public let journal: DurableJournal
  /// What the comparison at the start found.
  public let reconciliation: Reconciliation
  /// The name under which the chip's ledger is kept, or nil where the device's life is the process's.
  public let chip: String?
  /// The device's count of all its pulses at the start, where it keeps one.
  public let odometer: PulseTotals?
  private let device: any PulseDevice
  private let chipStore: LedgerStore?
  let runStore: LedgerStore?
  private let key: LedgerKey?

  /// Opens the ledgers, compares them with the device, and begins a campaign.
  ///
  /// A device whose counters survive nothing has no lifetime ledger, unless its chip is named.
  ///
  /// - Parameters:
  ///   - device: The device; nothing is fired on it but trains of no pulses.
  ///   - home: Where lifetime ledgers are.
  ///   - chip: The chip's name, or nil for the serial number of the device, to which it is then fixed.
  ///   - run: The run, or nil where only the lifetime counts.
  ///   - program: Name and version of the program.
  ///   - time: The host's clock.
  /// - Throws: ``LedgerMismatch`` where the histories do not agree: nothing has been fired then, and what
  ///   was found is written down; else ``LedgerError``.
  public static func connect(
    _ device: any PulseDevice, home: LedgerHome, chip: String? = nil, run: RunRequest?,
    program: String, time: Date = Date()
  ) async throws -> LedgerSession {
    let name = chipName(of: device, named: chip)
    var opened: [LedgerStore] = []
    do {
      var chipStore: LedgerStore?
      if let name {
        try home.makeFolder(ofChip: name)
        let store = try await LedgerStore.open(
          try home.ledger(ofChip: name),
          genesis: genesis(.chip, UUID(), name, device, program), time: time)
        opened.append(store)
        try await store.checkClock(time)
        chipStore = store
      }
      var runStore: LedgerStore?
      if let run {
        let store = try await LedgerStore.open(
          run.ledger, genesis: genesis(.run, run.id, run.name, device, program),
          isDurable: chipStore == nil, time: time)
        opened.append(store)
        try await store.checkClock(time)
        runStore = store
      }
      let reconciliation = try await reconcile(
        device, chipStore, runStore, run, home: home, chip: name)
      if let run {
        for store in opened {
          try await store.append(
            .campaign(
              LedgerEntry.Campaign(
                run: run.id, algorithm: run.algorithm, parameters: run.parameters)))
        }
      }
      let key = try name.flatMap { try LedgerKey.read(folder: home.folder(ofChip: $0)) }
      if let run, let name {
        try LedgerKey.publish(from: home.folder(ofChip: name), beside: run.ledger)
      }
      return LedgerSession(
        journal: DurableJournal(chip: chipStore, run: runStore), reconciliation: reconciliation,
        chip: name, odometer: try await (device as? any JournaledDevice)?.history().pulses,
        device: device, chipStore: chipStore, runStore: runStore, key: key)
    } catch {
      // What was found is on record, and the end of a signed ledger is signed.
      let key = try? name.flatMap { try LedgerKey.read(folder: home.folder(ofChip: $0)) }
      for store in opened { try? await store.close(signingWith: key) }
      throw error
    }
  }

  /// Compares with the ledger that decides: the chip's, or where there is none the run's.
  private static func reconcile(
    _ device: any PulseDevice, _ chipStore: LedgerStore?, _ runStore: LedgerStore?,
    _ run: RunRequest?, home: LedgerHome, chip: String?
  ) async throws -> Reconciliation {
    guard let deciding = chipStore ?? runStore else { return Reconciliation() }
    let reconciliation = try await Reconciler(
      store: deciding, device: device,
      isKnownElsewhere: { standing, last in
        OtherChips(home: home, except: chip).account(
          for: standing, of: device, since: last)
      }
    ).run()
    guard reconciliation.agrees else {
      throw LedgerMismatch(path: deciding.path, reconciliation: reconciliation)
    }
    if let chipStore, let runStore, let run {
      try await runStore.catchUp(with: chipStore, run: run.id)
      // One may hold as uncertain, by a receipt, what the other has exactly, by the device's journal.
      let (mine, theirs) = (await runStore.pulses(of: run.id), await chipStore.pulses(of: run.id))
      guard mine.overlaps(theirs) else {
        throw LedgerError(
          .corrupt, path: runStore.path,
          "the run's ledger holds \(mine.lowerBound) pulses and the chip's ledger \(theirs.lowerBound) for "
            + "it, so that it cannot be gone on with; nothing was fired. Begin a new run; the chip's "
            + "ledger keeps the history")
      }
      let standing = try await DeviceStanding.ask(device)
      try await runStore.append(
        .connection(
          LedgerEntry.Connection(
            device: device.capabilities.identity,
            durability: device.capabilities.counterDurability, history: standing.history,
            odometerDigest: standing.digest,
            baseline: try await DeviceStanding.odometer(of: device),
            host: ProcessInfo.processInfo.hostName,
            process: Int(ProcessInfo.processInfo.processIdentifier))))
    }
    return reconciliation
  }

  private static func genesis(
    _ level: LedgerEntry.Genesis.Level, _ id: UUID, _ name: String, _ device: any PulseDevice,
    _ program: String
  ) -> LedgerEntry.Genesis {
    let capabilities = device.capabilities
    return LedgerEntry.Genesis(
      level: level, id: id, name: name, tiles: capabilities.tiles, rows: capabilities.rows,
      columns: capabilities.columns, program: program)
  }

  /// The name under which a chip's lifetime ledger is kept, or nil where the device's life is the
  /// process's.
  public static func chipName(of device: any PulseDevice, named name: String?) -> String? {
    let survives = device.capabilities.counterDurability != .volatile
    return name ?? (survives ? device.capabilities.identity.serialNumber : nil)
  }

  /// What every cell of the chip had been through before the run, one entry a tile; empty where the
  /// device's life is the process's.
  public func lifetime() async -> [TileHistory] {
    guard let chipStore else { return [] }
    return Self.difference(await chipStore.lifetime, await runStore?.lifetime ?? [])
  }

  /// The same before anything is connected, from the ledgers alone.
  ///
  /// - Parameter run: the ledger of an unfinished run, whose pulses count for its own campaign.
  public static func lifetime(
    ofChip name: String, home: LedgerHome, except run: String? = nil
  ) throws -> [TileHistory] {
    let path = try home.ledger(ofChip: name)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let past = try history(in: path)
    guard let run, FileManager.default.fileExists(atPath: run) else { return difference(past, []) }
    return difference(past, try history(in: run))
  }

  private static func history(in path: String) throws -> [TileHistory] {
    do {
      return try LedgerReader(path).state().lifetime
    } catch {
      // SQLite says that there is damage, a verification where it is.
      guard (error as? LedgerError)?.code == .corrupt,
        let problem = try? LedgerVerification.verify(path).problems.first
      else { throw error }
      throw LedgerError(
        .corrupt, path: path,
        "\(problem.explanation) Nothing was fired. `tare ledger verify` tells more")
    }
  }

  private static func difference(_ all: [TileHistory], _ part: [TileHistory]) -> [TileHistory] {
    all.enumerated().map { tile, history in
      guard part.indices.contains(tile) else { return history }
      func less(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        zip(left, right).map { $0 > $1 ? $0 - $1 : 0 }
      }
      return TileHistory(
        pulses: less(history.pulses, part[tile].pulses),
        exposures: less(history.exposures, part[tile].exposures))
    }
  }

  /// Compares once more, writes down how the work ended, signs where there is a key, and closes.
  ///
  /// - Parameter status: how the work ended: finished, interrupted or failed.
  /// - Returns: whether every ledger agrees with the device's odometer.
  @discardableResult
  public func close(status: String) async throws -> Bool {
    var agrees = true
    var failure: (any Error)?
    for store in [chipStore, runStore].compactMap({ $0 }) {
      do {
        let end = await disconnection(of: store, status)
        agrees = agrees && end.agrees
        try await store.append(.disconnection(end))
        if let key { try await store.sign(with: key) }
      } catch {
        failure = failure ?? error
      }
      // The other ledger is closed whatever became of this one.
      do { try await store.close() } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    return agrees
  }

  private func disconnection(
    of store: LedgerStore, _ status: String
  ) async -> LedgerEntry.Disconnection {
    // A link that is gone cannot be asked; the next connection compares.
    guard let standing = try? await DeviceStanding.ask(device),
      let counts = try? await DeviceStanding.odometer(of: device)
    else {
      return LedgerEntry.Disconnection(
        status: status, history: nil, odometerDigest: [], agrees: false, pulses: PulseTotals())
    }
    let facts = await store.facts(of: device.capabilities.identity.serialNumber)
    return LedgerEntry.Disconnection(
      status: status, history: standing.history, odometerDigest: standing.digest,
      agrees: facts?.allows(counts) ?? false,
      pulses: counts.reduce(PulseTotals()) { $0 + $1.totals })
  }
}

extension LedgerStore.BoardFacts {
  /// Whether counts are those that are expected, within what is uncertain.
  func allows(_ counts: [CellCounts]) -> Bool {
    guard counts.count == odometer.count else { return false }
    for (tile, counted) in counts.enumerated() {
      let expected = odometer[tile]
      if counted == expected { continue }
      guard !uncertain[tile].isEmpty, counted.up.count == expected.up.count else { return false }
      for cell in counted.up.indices {
        let (up, down) = (
          Int(counted.up[cell]) - Int(expected.up[cell]),
          Int(counted.down[cell]) - Int(expected.down[cell])
        )
        guard up >= 0, down >= 0, up + down <= Int(uncertain[tile][cell]) else { return false }
      }
    }
    return true
  }
}

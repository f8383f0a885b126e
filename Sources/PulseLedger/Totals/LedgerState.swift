import DeviceContract
import Foundation

/// Everything that follows from the entries of a ledger: a fold over them, one after the other.
///
/// The store keeps it up to date with every entry and saves it now and then; verification makes it again
/// from the first entry on, and both must be equal. Not `Sendable`: it belongs to the one who folds.
final class LedgerState {
  /// An intent whose outcome is not known yet.
  struct OpenIntent {
    var intent: LedgerEntry.Intent
    var sequence: Int
    var time: LedgerTime
    /// What was worked out when it was written down; nil where it was read.
    var train: PreparedTrain?
  }

  struct DayCause: Hashable, Comparable {
    var day: Int
    var cause: Cause
    static func < (left: DayCause, right: DayCause) -> Bool {
      (left.day, left.cause.code) < (right.day, right.cause.code)
    }
  }

  /// What one run has fired, and where it was last begun.
  struct RunTotals: Hashable {
    var sums = PulseSums()
    /// The record of its last campaign entry.
    var campaign = 0
  }

  /// A rule that an entry breaks; the entries before it are in the state.
  struct Contradiction: Error { var explanation: String }

  /// Entries so far.
  private(set) var count = 0
  private(set) var genesis: LedgerEntry.Genesis?
  private(set) var lastTime = LedgerTime(microseconds: .min)
  private(set) var shapes: [PulseShape] = []
  /// The place of each shape, so that one is written once.
  private(set) var shapePlaces: [PulseShape: Int] = [:]
  private(set) var campaign: LedgerEntry.Campaign?
  /// The serial number of the device that is connected, or was last.
  private(set) var board: String?
  private(set) var isConnected = false
  private(set) var boards: [String: BoardState] = [:]
  private(set) var open: [UInt64: OpenIntent] = [:]
  private(set) var tallies: [TallyKey: CellTally] = [:]
  /// How much more each cell may have had, one entry a tile; changed in ``addUncertain(_:sure:of:)`` and
  /// ``settleUncertain(_:_:_:)`` alone.
  var uncertain: [Int: [UInt32]] = [:]
  private(set) var exposureSums: [Int: ExposureSums] = [:]
  private(set) var days: [DayCause: PulseSums] = [:]
  private(set) var runs: [UUID: RunTotals] = [:]
  private(set) var adopted = 0
  /// Uncertain pulses that an odometer counts.
  private(set) var counted = 0
  private(set) var refusals = 0

  /// The state of ``board``: looked up once a connection and not with every train.
  private(set) var current: BoardState?

  /// Tiles whose uncertain pulses or exposures have changed since the state was last saved; devices and
  /// tallies say so themselves.
  var changedTiles: Set<Int> = []

  init() {}

  /// Marks the state as saved.
  func saved() {
    changedTiles = []
    for board in boards.values { board.hasChanged = false }
    for tally in tallies.values { tally.hasChanged = false }
  }

  /// Takes over what was saved.
  func restore(_ saved: Saved) {
    (count, genesis, lastTime, shapes) = (saved.count, saved.genesis, saved.lastTime, saved.shapes)
    shapePlaces = Dictionary(
      shapes.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    (campaign, board, isConnected) = (saved.campaign, saved.board, saved.isConnected)
    (boards, open, tallies) = (saved.boards, saved.open, saved.tallies)
    current = board.flatMap { boards[$0] }
    uncertain = saved.uncertain
    exposureSums = saved.exposures.mapValues {
      ExposureSums(rows: rows, columns: columns, before: $0)
    }
    (days, runs, adopted, refusals) = (saved.days, saved.runs, saved.adopted, saved.refusals)
    counted = saved.counted
  }

  /// Rows, columns and tiles; the ledger has a genesis by the time that anything asks.
  var tiles: Int { genesis?.tiles ?? 0 }
  var rows: Int { genesis?.rows ?? 0 }
  var columns: Int { genesis?.columns ?? 0 }
  var cells: Int { rows * columns }

  /// Half-select exposures of every cell of a tile; nil where there were none.
  func exposures(of tile: Int) -> [UInt32]? { exposureSums[tile]?.counts }

  /// Folds one more entry in.
  ///
  /// - Parameter train: what was worked out of an intent already.
  func append(_ entry: LedgerEntry, train: PreparedTrain? = nil) throws(Contradiction) {
    switch entry.content {
    case .genesis(let content):
      guard count == 0 else { throw Contradiction(explanation: "a second genesis") }
      genesis = content
    default:
      guard count > 0 else { throw Contradiction(explanation: "no genesis at the start") }
      try fold(entry, train)
    }
    count += 1
    lastTime = max(lastTime, entry.time)
  }

  private func fold(_ entry: LedgerEntry, _ train: PreparedTrain?) throws(Contradiction) {
    switch entry.content {
    case .genesis: break
    case .connection(let connection): connect(connection)
    case .campaign(let content):
      campaign = content
      runs[content.run, default: RunTotals()].campaign = count + 1
    case .shape(let shape):
      shapePlaces[shape] = shapes.count
      shapes.append(shape)
    case .intent(let intent): try begin(intent, train, at: entry.time)
    case .outcome(let outcome): try settle(outcome, at: entry.time)
    case .refusal: refusals += 1
    case .reading, .reread, .checkpoint: break
    case .reconciliation(let result): try reconcile(result)
    case .adoption(let adoption): try adopt(adoption, at: entry.time)
    case .disconnection: isConnected = false
    }
  }

  private func connect(_ connection: LedgerEntry.Connection) {
    let serial = connection.device.serialNumber
    let state =
      boards[serial]
      ?? BoardState(
        device: connection.device, epoch: connection.history?.epoch ?? 0,
        lastNumber: connection.history?.last ?? 0,
        odometer: (0..<tiles).map { _ in CellTally(rows: rows, columns: columns) })
    (state.device, state.durability) = (connection.device, connection.durability)
    if connection.baseline.count == tiles {
      state.set(connection.baseline, rows: rows, columns: columns)
      if let history = connection.history { state.goOn(from: history) }
    }
    boards[serial] = state
    (board, current, isConnected) = (serial, state, true)
    state.hasChanged = true
  }

  private func begin(
    _ intent: LedgerEntry.Intent, _ train: PreparedTrain?, at time: LedgerTime
  ) throws(Contradiction) {
    guard isConnected, let current else {
      throw Contradiction(explanation: "train \(intent.number) with no device connected")
    }
    let expected = current.lastNumber + 1
    guard intent.number == expected else {
      throw Contradiction(
        explanation: "train \(intent.number) where train \(expected) must follow")
    }
    guard holds(intent.train.region) else {
      throw Contradiction(explanation: "train \(intent.number) reaches outside the array")
    }
    current.take(intent.number)
    open[intent.number] = OpenIntent(
      intent: intent, sequence: count, time: time, train: train)
    current.hasChanged = true
  }

  private func settle(
    _ outcome: LedgerEntry.Outcome, at time: LedgerTime
  ) throws(Contradiction) {
    guard let current, let entry = open.removeValue(forKey: outcome.number) else {
      throw Contradiction(explanation: "an outcome of train \(outcome.number), which is not open")
    }
    let train = entry.intent.train
    let tile = train.region.tile.index
    let whole = outcome.cells == nil && outcome.status == .fired
    if let cells = outcome.cells, cells.up.count != train.region.count {
      throw Contradiction(explanation: "counts of train \(outcome.number) for other cells")
    }
    // Made once: it walks over all cells, and all that follows needs it.
    let pulses = entry.train?.pulses ?? CellPulses(train)
    let commanded = entry.train?.totals ?? pulses.totals(cells: train.region.count)
    let sure = whole ? commanded : outcome.cells?.totals ?? PulseTotals()
    guard sure == outcome.fired else {
      throw Contradiction(
        explanation: "train \(outcome.number) says it fired \(outcome.fired.all) pulses, and its "
          + "cells say \(sure.all)")
    }
    var sums = PulseSums()
    sums.trains = 1
    (sums.commanded, sums.fired, sums.uncertain) = (commanded, sure, outcome.uncertain)
    (sums.energy, sums.duration) = (outcome.energy ?? 0, outcome.duration)
    if sure.all > 0 {
      let key = TallyKey(tile: tile, cause: train.cause, shape: entry.intent.shape)
      let tally = tally(of: key)
      let fired = outcome.cells.map(CellPulses.each) ?? pulses
      tally.add(fired, of: train.region)
      current.odometer[tile].add(fired, of: train.region)
    }
    current.hasChanged = true
    if outcome.uncertain > 0 { addUncertain(train, sure: outcome.cells, of: current) }
    if sure.all + outcome.uncertain > 0 {
      sums.exposures = expose(train, pulses, entry.train?.exposures)
    }
    if let clock = outcome.clock { current.clock = clock }
    if sure.all + outcome.uncertain > 0 {
      current.lastFired = max(current.lastFired, outcome.number)
    }
    days[DayCause(day: time.day, cause: train.cause), default: PulseSums()] += sums
    if let campaign { runs[campaign.run, default: RunTotals()].sums += sums }
  }

  /// The tally under a heading, which is about to change.
  private func tally(of key: TallyKey) -> CellTally {
    if let known = tallies[key] { return known }
    let new = CellTally(rows: rows, columns: columns)
    tallies[key] = new
    return new
  }

  /// Books the exposures of a train, and returns their sum.
  private func expose(
    _ train: PulseTrain, _ pulses: CellPulses, _ known: HalfSelectExposures?
  ) -> Int {
    guard !train.exposesNothing(rows: rows, columns: columns) else { return 0 }
    let added =
      known
      ?? HalfSelectExposures(
        of: train, rows: rows, columns: columns, signedCounts: pulses.signedCounts)
    let tile = train.region.tile.index
    exposureSums[tile, default: ExposureSums(rows: rows, columns: columns)].book(added)
    changedTiles.insert(tile)
    return added.total
  }

  private func reconcile(_ result: LedgerEntry.Reconciled) throws(Contradiction) {
    guard let state = current, [0, tiles].contains(result.beyond.count),
      result.beyond.allSatisfy({ $0.up.count == cells })
    else {
      throw Contradiction(explanation: "a reconciliation that does not fit the array")
    }
    for (tile, counts) in result.beyond.enumerated() {
      state.odometer[tile].add(counts, of: whole(tile))
      counted += counts.totals.all
    }
    if result.agrees {
      for tile in 0..<tiles where !state.uncertain[tile].isEmpty {
        settleUncertain(tile, state, result.beyond.isEmpty ? nil : result.beyond[tile])
      }
    }
    state.hasChanged = true
  }

  private func whole(_ tile: Int) -> CellRegion {
    .whole(tile: Tile(tile), rows: rows, columns: columns)
  }

  private func adopt(
    _ adoption: LedgerEntry.Adoption, at time: LedgerTime
  ) throws(Contradiction) {
    guard let state = current, adoption.odometer.count == tiles,
      adoption.unexplained.count == tiles,
      (adoption.odometer + adoption.unexplained).allSatisfy({ $0.up.count == cells })
    else { throw Contradiction(explanation: "an adoption that does not fit the array") }
    // An odometer that lost its memory says nothing of the uncertain pulses.
    if adoption.history?.epoch ?? state.epoch == state.epoch {
      for tile in 0..<tiles where !state.uncertain[tile].isEmpty {
        settleUncertain(tile, state, remainder(adoption, tile, of: state))
      }
    }
    state.set(adoption.odometer, rows: rows, columns: columns)
    if let history = adoption.history { state.goOn(from: history) }
    state.hasChanged = true
    for (tile, counts) in adoption.unexplained.enumerated() where counts.totals.all > 0 {
      let key = TallyKey(tile: tile, cause: nil, shape: -1)
      tally(of: key).add(counts, of: whole(tile))
      adopted += counts.totals.all
    }
    // A person has looked at the clock too: time counts from here.
    lastTime = time
  }
}

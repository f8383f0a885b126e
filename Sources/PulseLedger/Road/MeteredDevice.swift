public import DeviceContract
import Foundation
import PhysicalUnits

/// The one road to a device: every train is checked, written down, fired once and counted.
///
/// A train passes in this order: the device's capabilities, the budgets (both refuse before the first
/// pulse, nothing is clipped), the journal (intent), the device, the journal (outcome), the counts.
/// Algorithms, recipes and commands are given a `MeteredDevice` and never the device behind it.
public actor MeteredDevice: PulseDevice {
  /// What the device behind can do.
  public nonisolated let capabilities: Capabilities
  /// The limits of this campaign.
  public nonisolated let budget: PulseBudget
  /// What has been spent so far.
  public private(set) var account = PulseAccount()
  private let device: any PulseDevice
  private let journal: any PulseJournal
  private let gate = SerialGate()
  private var tallies: [TileTally]
  private var arraySpent: [Int]

  /// Meters a device for one campaign; counting starts at 0 here, whatever the device has seen before.
  public init(
    _ device: any PulseDevice, budget: PulseBudget = .unlimited,
    journal: any PulseJournal = MemoryJournal()
  ) {
    self.device = device
    self.budget = budget
    self.journal = journal
    capabilities = device.capabilities
    let (rows, columns) = (device.capabilities.rows, device.capabilities.columns)
    tallies = (0..<device.capabilities.tiles).map { _ in TileTally(rows: rows, columns: columns) }
    arraySpent = Array(repeating: 0, count: device.capabilities.tiles)
  }

  /// Fires a train on the road described above; see ``PulseDevice/apply(_:)``.
  ///
  /// - Throws: besides what the device throws, ``DeviceError/Code/overBudget`` with the limit, the number
  ///   asked and the number left, and ``DeviceError/Code/notRecorded``.
  public func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await inTurn { () async throws(DeviceError) in try await metered(train) }
  }

  /// Reads the cells of a region after every train before it, and counts the read.
  public func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    let reading = try await inTurn { () async throws(DeviceError) in
      try await device.read(request)
    }
    account.reads += request.region.count
    account.samples += request.region.count * request.averages
    account.time += reading.duration
    return reading
  }

  /// The device's own count of pulses, since the device exists, after every train before it.
  public func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await inTurn { () async throws(DeviceError) in try await device.odometer(of: region) }
  }

  /// Lets one call at a time reach the device, in the order in which they came.
  private func inTurn<Result: Sendable>(
    _ call: () async throws(DeviceError) -> Result
  ) async throws(DeviceError) -> Result {
    await gate.enter()
    do {
      let result = try await call()
      await gate.leave()
      return result
    } catch {
      await gate.leave()
      throw error
    }
  }

  /// Turns every output off.
  public func park() async { await device.park() }

  /// Checks a whole campaign on one tile against what the budgets have left.
  ///
  /// - Throws: ``DeviceError/Code/overBudget`` with the limit, the number asked and the number left, so
  ///   that a campaign which does not fit is refused before its first pulse.
  public func check(_ quote: PulseQuote, on region: CellRegion) throws(DeviceError) {
    try capabilities.check(region)
    let tile = region.tile.index
    try checkSums(asked: quote.pulses.all, tile: tile)
    if let limit = budget.perCell {
      let most = Int(tallies[tile].spent.max() ?? 0)
      guard most + quote.perCell <= limit else {
        throw overBudget("each cell", "one cell", quote.perCell, limit, most)
      }
    }
  }

  /// Pulses of this campaign for every cell of a region, for one cause or for all.
  ///
  /// - Precondition: the region lies inside the array.
  public func counts(of region: CellRegion, cause: Cause? = nil) -> CellCounts {
    tallies[region.tile.index].counts(of: region, cause: cause)
  }

  /// Half-select exposures of this campaign for every cell of a region.
  ///
  /// - Precondition: the region lies inside the array.
  public func exposures(of region: CellRegion) -> [UInt32] {
    tallies[region.tile.index].exposures(of: region)
  }

  private func metered(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    do {
      _ = try capabilities.check(train)
      try checkBudget(train)
    } catch {
      account.refusals += 1
      throw error
    }
    let number: UInt64
    do {
      number = try await journal.record([TrainIntent(train: train, time: Date())])
    } catch {
      throw DeviceError(
        code: .notRecorded,
        explanation: "the intent of a train on \(train.region) could not be written down, so "
          + "nothing was fired: \(error)")
    }
    let receipt: Receipt
    do {
      receipt = try await device.apply(train)
    } catch {
      // What the device said of its failure matters more than a journal that fails as well.
      try? await settle(number, book(error, of: train))
      throw error
    }
    try await settle(number, book(receipt, of: train))
    return receipt
  }

  /// Books a receipt; what it counts beyond or below its cells is not known to have been fired.
  private func book(_ receipt: Receipt, of train: PulseTrain) -> TrainOutcome {
    let cells = receipt.cells ?? train.cellCounts
    let uncertain = receipt.uncertain + abs(receipt.fired.all - cells.totals.all)
    book(exact: cells, receipt: receipt, uncertain: uncertain, of: train)
    return TrainOutcome(
      status: uncertain > 0 ? .uncertain : receipt.cells == nil ? .fired : .partial,
      fired: cells.totals, uncertain: uncertain, time: Date())
  }

  /// Books a failed call: the exact counts where the device has them, and all that may have been fired
  /// beyond them.
  private func book(_ error: DeviceError, of train: PulseTrain) -> TrainOutcome {
    guard error.fired.upperBound > 0 || error.partial != nil else {
      account.refusals += 1
      return TrainOutcome(
        status: .refused, fired: PulseTotals(), time: Date(), explanation: error.explanation)
    }
    let cells = error.partial?.cells ?? CellCounts(cells: train.region.count)
    let exact = cells.totals
    let uncertain = max(
      error.fired.upperBound - exact.all, error.partial.map(\.uncertain) ?? 0, 0)
    book(exact: cells, receipt: error.partial, uncertain: uncertain, of: train)
    return TrainOutcome(
      status: uncertain > 0 ? .uncertain : .partial, fired: exact, uncertain: uncertain,
      time: Date(), explanation: error.explanation)
  }

  private func settle(_ number: UInt64, _ outcome: TrainOutcome) async throws(DeviceError) {
    do {
      try await journal.settle([TrainSettlement(number: number, outcome: outcome)])
    } catch {
      let fired = outcome.fired.all...outcome.fired.all + outcome.uncertain
      throw DeviceError(
        code: .faulted, fired: fired,
        explanation: "a train was fired, but its outcome could not be written down: \(error)")
    }
  }

  /// The one place where pulses enter the books.
  ///
  /// Budgets are held against exact and uncertain ones; since nobody knows which cells the latter
  /// reached, each cell of the train is charged all it could have had.
  private func book(
    exact cells: CellCounts, receipt: Receipt?, uncertain: Int, of train: PulseTrain
  ) {
    let tile = train.region.tile.index
    let totals = cells.totals
    tallies[tile].book(cells, of: train.region, cause: train.cause)
    tallies[tile].spend(uncertain > 0 ? train.cellCounts : cells, of: train.region)
    arraySpent[tile] += totals.all + uncertain
    account.pulses[train.cause, default: PulseTotals()] += totals
    account.uncertain += uncertain
    account.trains += totals.all > 0 ? 1 : 0
    account.time += receipt?.duration ?? .zero
    account.energy += receipt?.energy ?? .zero
    for reading in receipt?.readings ?? [] {
      account.reads += reading.region.count
      account.samples += reading.region.count * reading.averages
    }
    // A train that stopped early is booked with all its exposures: an upper bound.
    guard totals.all + uncertain > 0, let exposures = capabilities.exposures(of: train) else {
      return
    }
    account.exposures += exposures.total
    tallies[tile].expose(exposures)
  }

  private func checkBudget(_ train: PulseTrain) throws(DeviceError) {
    let tile = train.region.tile.index
    try checkSums(asked: train.totals.all, tile: tile)
    guard train.largestCellCount + Int(tallies[tile].mostSpent) <= Int(UInt32.max) else {
      throw .refused(
        "cells are counted up to \(UInt32.max) pulses; this train would go beyond; nothing was "
          + "fired")
    }
    if let limit = budget.perCell {
      let counts = train.cellCounts
      let highest = tallies[tile].highest(after: counts, of: train.region)
      guard highest.count <= limit else {
        let spent = Int(tallies[tile].spent[highest.cell])
        let place = (highest.cell / capabilities.columns, highest.cell % capabilities.columns)
        throw overBudget(
          "each cell", "cell (\(place.0), \(place.1)) of tile \(tile)", highest.count - spent,
          limit, spent)
      }
    }
  }

  /// Checks what is asked of a tile against the budgets of the campaign and of each array.
  private func checkSums(asked: Int, tile: Int) throws(DeviceError) {
    if let limit = budget.perCampaign {
      let spent = arraySpent.reduce(0, +)
      guard spent + asked <= limit else {
        throw overBudget("the campaign", "all cells", asked, limit, spent)
      }
    }
    if let limit = budget.perArray, arraySpent[tile] + asked > limit {
      throw overBudget("each array", "tile \(tile)", asked, limit, arraySpent[tile])
    }
  }

  private func overBudget(
    _ limited: String, _ object: String, _ asked: Int, _ limit: Int, _ spent: Int
  ) -> DeviceError {
    DeviceError(
      code: .overBudget,
      explanation: "the pulse budget of \(limited) is \(limit): this asks \(asked) pulses of "
        + "\(object), \(spent) are spent and \(limit - spent) are left; nothing was fired")
  }
}

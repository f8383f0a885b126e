import DeviceContract
import Foundation
import PhysicalUnits

/// All that a metered device has spent, and the one place where limits are held against it.
///
/// A train is reserved before it is fired, so that the trains of a batch are checked together, and booked
/// when its outcome is known.
struct PulseBooks {
  let capabilities: Capabilities
  let limits: LimitSet
  let armedForForming: Bool
  var account = PulseAccount()
  var tallies: [TileTally]
  /// Pulses of each tile and of each cause, uncertain and reserved ones included.
  private(set) var arraySpent: [Int]
  private(set) var causeSpent: [Cause: Int] = [:]
  /// Energy as the device knows it, and the worst case where it does not.
  private(set) var energySpent = Joules.zero
  /// Time of trains that are reserved and not booked yet.
  private var timeReserved = Seconds.zero
  /// Time of all that was done and is reserved.
  var timeSpent: Seconds { account.time + timeReserved }
  /// Why nothing at all may be fired, such as protected cells that the array does not have.
  let misfit: DeviceError?

  init(
    _ capabilities: Capabilities, limits: LimitSet, lifetime: [TileHistory], armedForForming: Bool
  ) {
    self.capabilities = capabilities
    self.limits = limits
    self.armedForForming = armedForForming
    misfit = Self.misfit(limits, lifetime, capabilities)
    let past = misfit == nil && !lifetime.isEmpty ? lifetime : []
    tallies = (0..<capabilities.tiles).map { tile in
      TileTally(
        rows: capabilities.rows, columns: capabilities.columns,
        history: past.isEmpty ? TileHistory() : past[tile])
    }
    arraySpent = Array(repeating: 0, count: capabilities.tiles)
  }

  /// Checks a train against the capabilities and all limits, and reserves what it may fire.
  mutating func reserve(_ train: PulseTrain) throws(DeviceError) -> TrainFootprint {
    let shape = try capabilities.check(train)
    let footprint = TrainFootprint(train, shape: shape, on: capabilities)
    try check(footprint)
    let tile = train.region.tile.index
    tallies[tile].reserve(footprint.pulses, of: train.region)
    if let exposures = footprint.exposures { tallies[tile].exposures.book(exposures) }
    arraySpent[tile] += footprint.totals.all
    causeSpent[train.cause, default: 0] += footprint.totals.all
    energySpent += footprint.mostEnergy
    timeReserved += footprint.duration
    return footprint
  }

  /// Takes back what a train had reserved that was not fired.
  mutating func release(_ footprint: TrainFootprint) {
    let train = footprint.train
    let tile = train.region.tile.index
    tallies[tile].release(footprint.pulses, of: train.region)
    if let exposures = footprint.exposures { tallies[tile].exposures.book(exposures, sign: -1) }
    arraySpent[tile] -= footprint.totals.all
    causeSpent[train.cause, default: 0] -= footprint.totals.all
    energySpent = max(.zero, energySpent - footprint.mostEnergy)
    timeReserved = max(.zero, timeReserved - footprint.duration)
  }

  /// Books a receipt; what it counts beyond or below its cells is not known to have been fired.
  mutating func book(_ receipt: Receipt, of footprint: TrainFootprint) -> TrainOutcome {
    let cells = known(receipt, of: footprint) ?? footprint.pulses
    let exact =
      receipt.cells == nil ? footprint.totals : cells.totals(cells: footprint.train.region.count)
    var uncertain = receipt.uncertain + abs(receipt.fired.all - exact.all)
    if receipt.cells != nil, known(receipt, of: footprint) == nil {
      // Counts of another number of cells say nothing.
      uncertain = max(uncertain, footprint.totals.all)
      return book(
        exact: .same(up: 0, down: 0), receipt: receipt, uncertain: uncertain, of: footprint,
        status: .uncertain)
    }
    let status: TrainOutcome.Status =
      uncertain > 0 ? .uncertain : receipt.cells == nil ? .fired : .partial
    if status == .fired, let schedule = footprint.train.reads {
      account.readsLost += max(
        0, schedule.reads(in: footprint.train.steps) - receipt.readings.count)
    }
    return book(
      exact: cells, receipt: receipt, uncertain: uncertain, of: footprint, status: status)
  }

  /// Books a failed call: the exact counts where the device has them, and all that may have been fired
  /// beyond them.
  mutating func book(_ error: DeviceError, of footprint: TrainFootprint) -> TrainOutcome {
    let reported = error.partial.map { $0.fired.all + $0.uncertain } ?? 0
    guard error.fired.upperBound > 0 || reported > 0 else {
      account.refusals += error.code == .interrupted ? 0 : 1
      return refuse(footprint, because: error.explanation)
    }
    let cells =
      error.partial.flatMap { known($0, of: footprint) } ?? CellPulses.same(up: 0, down: 0)
    let exact = cells.totals(cells: footprint.train.region.count)
    let uncertain = max(
      error.fired.upperBound - exact.all, error.partial.map(\.uncertain) ?? 0, 0)
    return book(
      exact: cells, receipt: error.partial, uncertain: uncertain, of: footprint,
      status: uncertain > 0 ? .uncertain : .partial, explanation: error.explanation)
  }

  /// Books a train that was not fired.
  mutating func refuse(
    _ footprint: TrainFootprint, because explanation: String
  ) -> TrainOutcome {
    release(footprint)
    return TrainOutcome(
      status: .refused, fired: PulseTotals(), time: Date(), explanation: explanation)
  }

  /// The one place where pulses enter the books.
  ///
  /// Limits are held against exact and uncertain ones; since nobody knows which cells the latter
  /// reached, each cell of the train is charged all it could have had.
  private mutating func book(
    exact cells: CellPulses, receipt: Receipt?, uncertain: Int, of footprint: TrainFootprint,
    status: TrainOutcome.Status, explanation: String? = nil
  ) -> TrainOutcome {
    let train = footprint.train
    let tile = train.region.tile.index
    let totals = status == .fired ? footprint.totals : cells.totals(cells: train.region.count)
    let most = TrainFootprint.mostEnergy(
      of: totals.all + uncertain, shape: footprint.shape, on: capabilities)
    let known = receipt?.energy.flatMap { $0.value.isFinite && $0 >= .zero ? $0 : nil }
    let energy = uncertain == 0 ? known : nil
    if status == .partial && uncertain == 0 {
      tallies[tile].release(footprint.pulses, of: train.region)
      tallies[tile].reserve(cells, of: train.region)
    }
    tallies[tile].book(cells, of: train.region, cause: train.cause)
    let difference = totals.all + uncertain - footprint.totals.all
    arraySpent[tile] += difference
    causeSpent[train.cause, default: 0] += difference
    energySpent += (energy ?? max(most, known ?? .zero)) - footprint.mostEnergy
    account.pulses[train.cause, default: PulseTotals()] += totals
    account.uncertain += uncertain
    account.trains += totals.all > 0 ? 1 : 0
    account.time += receipt?.duration ?? .zero
    timeReserved = max(.zero, timeReserved - footprint.duration)
    account.energy += known ?? .zero
    for reading in receipt?.readings ?? [] { count(reading) }
    // A train that stopped early is booked with all its exposures: an upper bound.
    if let exposures = footprint.exposures {
      if totals.all + uncertain > 0 {
        account.exposures += exposures.total
      } else {
        tallies[tile].exposures.book(exposures, sign: -1)
      }
    }
    return TrainOutcome(
      status: status, fired: totals, uncertain: uncertain,
      cells: status == .fired ? nil : cells.counts(cells: train.region.count), time: Date(),
      clock: receipt?.clock, odometer: receipt?.odometer, duration: receipt?.duration ?? .zero,
      energy: receipt?.energy, readings: receipt?.readings ?? [], explanation: explanation)
  }

  /// Counts the cells of a read.
  mutating func count(_ reading: Reading) {
    account.reads += reading.region.count
    account.samples += reading.region.count * reading.averages
  }

  /// The cells of a receipt, if they are those of the train.
  private func known(_ receipt: Receipt, of footprint: TrainFootprint) -> CellPulses? {
    guard let cells = receipt.cells, cells.up.count == footprint.train.region.count,
      cells.down.count == cells.up.count
    else { return nil }
    return .each(cells)
  }

  private static func misfit(
    _ limits: LimitSet, _ lifetime: [TileHistory], _ capabilities: Capabilities
  ) -> DeviceError? {
    for cells in limits.protected {
      do {
        try capabilities.check(cells.region)
      } catch {
        return .refused(
          "the protected cells set by \(cells.setBy) are not all there: \(error.explanation); "
            + "correct the region where it was set")
      }
    }
    let size = capabilities.rows * capabilities.columns
    let fits = lifetime.allSatisfy { history in
      [history.pulses.count, history.exposures.count].allSatisfy { [0, size].contains($0) }
    }
    guard lifetime.isEmpty || lifetime.count == capabilities.tiles && fits else {
      return .refused(
        "the lifetime record is of another chip: it has \(lifetime.count) tiles of "
          + "\(lifetime.first?.pulses.count ?? 0) cells, and the device \(capabilities.tiles) of "
          + "\(size); nothing was fired; name the right chip")
    }
    return nil
  }
}

public import DeviceContract
public import PhysicalUnits

/// What the limits have left for pulses of one cause on one region; nil is no limit.
public struct PulseAllowance: Sendable, Hashable {
  /// Pulses of the cell that has had the most.
  public var perCell: Int?
  /// Pulses of all cells together.
  public var pulses: Int?
  /// Half-select exposures of the cell that has felt the most.
  public var exposuresPerCell: Int?
  /// Energy dissipated in the cells.
  public var energy: Joules?
  /// Time on the device, without the link.
  public var time: Seconds?

  /// No limit.
  public init() {}

  /// Whether nothing that is spent is limited.
  public var isUnlimited: Bool { self == PulseAllowance() }
}

/// What limits are held against, as the books of a campaign have it by now.
public struct PulseSpending: Sendable, Hashable {
  /// Pulses of all cells and causes, uncertain ones included.
  public var pulses: Int
  /// Energy as the device knows it, and the worst case where it does not.
  public var energy: Joules
  /// Time that trains and reads took on the device.
  public var time: Seconds
}

extension MeteredDevice {
  /// What was spent by now.
  public var spending: PulseSpending {
    PulseSpending(
      pulses: books.arraySpent.reduce(0, +), energy: books.energySpent, time: books.timeSpent)
  }

  /// What the limits have left for pulses of a cause.
  ///
  /// - Throws: ``DeviceError/Code/refused`` as ``verdicts(on:over:)``.
  public func allowance(
    of cause: Cause, on region: CellRegion
  ) throws(DeviceError) -> PulseAllowance {
    try books.allowance(of: cause, on: region)
  }
}

extension PulseBooks {
  fileprivate func allowance(
    of cause: Cause, on region: CellRegion
  ) throws(DeviceError) -> PulseAllowance {
    try capabilities.check(region)
    if let misfit { throw misfit }
    let tile = region.tile.index
    var allowance = PulseAllowance()
    // One pulse more on every cell finds the cell that has had the most.
    let each = CellPulses.same(up: 1, down: 0)
    allowance.perCell = [(limits.perCell, false), (limits.life, true)].compactMap { bound, inLife in
      bound.map {
        Int($0.value) - tallies[tile].highest(after: each, of: region, inLife: inLife).spent
      }
    }.min().map { max(0, $0) }
    allowance.pulses = [
      (limits.perArray, arraySpent[tile]), (limits.perCampaign, arraySpent.reduce(0, +)),
      (limits.perCause[cause], causeSpent[cause] ?? 0),
    ].compactMap { bound, spent in bound.map { Int($0.value) - spent } }.min().map { max(0, $0) }
    allowance.energy = limits.energy.map { max(.zero, Joules($0.value) - energySpent) }
    allowance.time = limits.time.map { max(.zero, Seconds($0.value) - timeSpent) }
    allowance.exposuresPerCell = limits.exposures.map {
      let felt = tallies[tile].exposures.mostFelt(around: region, schemes: [.thirdVoltage])
      return max(0, Int($0.value) - felt.count)
    }
    return allowance
  }
}

import DeviceContract
import PhysicalUnits
import PulseLedger
import SymmetricPoint

extension SearchDraft {
  /// What a search and its audit cost that take so many pulses.
  ///
  /// - Parameters:
  ///   - pulses: of a cell that takes part, in the mean.
  ///   - slowest: of the cells that the others of their row wait for.
  ///   - audit: the audit, in the expected case.
  ///   - energy: which of three cases of the energy.
  func cost(
    _ pulses: Double, slowest: Double, audit: AuditPlan?,
    energy: KeyPath<PulseQuote, Joules> = \.expectedEnergy
  ) -> CalibrationCost {
    let all = Int((pulses * Double(cells)).rounded(.up))
    let slowest = min(slowest, 1.6 * pulses)
    let reads = reads(ofSlowest: slowest)
    let perPulse = unit[keyPath: energy] / Double(max(1, unit.pulses.all))
    var cost = CalibrationCost(
      pulsesPerCell: Int(pulses.rounded(.up)), pulses: all, reads: reads,
      exposures: Int(Double(unit.exposures) * pulses),
      time: unit.time * slowest + readTime * Double(reads), energy: perPulse * Double(all))
    guard let audit, audit.cells > 0 else { return cost }
    let asked = audit.expectedPulses * audit.cells
    cost.pulses += asked
    cost.pulsesPerCell += asked / max(1, cells)
    cost.reads += audit.expectedReads
    // Pairs go cell by cell; on the way to a place the cells of a row go together.
    let pairs = Double(audit.alternatingPulses * audit.cells)
    let moves = Double(audit.expectedPulses - audit.alternatingPulses)
    let slots = pairs + moves * Double(min(2 * region.rows.count, audit.cells))
    cost.time += capabilities.nominalShape.period.seconds * slots
    cost.time += readTime * Double(audit.expectedReads)
    cost.energy += perPulse * Double(asked)
    let lines = capabilities.rows + capabilities.columns - 2
    cost.exposures += audit.audit.scheme == .isolated ? 0 : asked * lines
    return cost
  }

  /// The most exposures of a cell that are expected.
  func exposuresPerCell(_ pulses: Double) -> Int {
    Int(Double(unit.mostExposuresPerCell) * pulses)
  }

  /// Reads until the slowest cell is done: all of them are read each time.
  private func reads(ofSlowest pulses: Double) -> Int {
    let array = planner.array
    switch method {
    case .zeroShift, .zeroShiftCyclic:
      return 2 * min(planner.checkpoints, max(1, Int(pulses / 2))) + 1
    case .sweep:
      let sweep = Sweep(array.response, tolerance: 1, mostPulses: 1)
      let ramp = sweep.ramp * array.response.range / array.step
      return 3 + Int((Double(sweep.readsPerRamp) * pulses / max(1, ramp)).rounded(.up))
    case .seek, .arrayMean: break
    }
    let search = Seek(array.response, tolerance: 1, mostPulses: 1)
    let way = min(pulses, array.mostDistance / array.step)
    let range = array.response.range / array.step
    // Where the noise of the state is what counts, the swing is as many steps.
    let wander = array.noiseFactor / 2 * array.slope.squareRoot()
    let swing = wander > planner.aim / 2 ? search.noisySwing : 0
    // No burst is shorter than two pulses.
    let swings = (pulses - way) / max(2, search.swing * range, swing)
    return 3 + Int((Self.shortBursts * (way / max(2, search.stride * range) + swings)).rounded(.up))
  }

  /// Bursts are shorter than they may be where fewer pulses are enough, and slower cells than the slow tenth are
  /// waited for; from simulations of cells with soft bounds.
  private static let shortBursts = 1.8
}

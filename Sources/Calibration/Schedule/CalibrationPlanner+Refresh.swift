public import DeviceContract
import PhysicalUnits
public import PulseLedger
public import SymmetricPoint

extension CalibrationPlanner {
  /// Plans to measure again what has become too uncertain, and to keep the rest; nothing is fired.
  ///
  /// - Parameters:
  ///   - standing: every cell of the region as it stands by now (``StalenessModel/aged(_:_:)``).
  ///   - due: the cells that are measured again (``StalenessModel/due(_:threshold:)``).
  ///   - device: the metered device, whose limits the plan keeps to.
  ///   - region: the cells.
  /// - Throws: ``/DeviceContract/DeviceError/Code/refused`` for a region outside the array, or where limits are those of
  ///   another one.
  public func refresh(
    _ standing: [SymmetricPointEstimate], due: [Int], on device: MeteredDevice,
    region: CellRegion
  ) async throws(DeviceError) -> PlannedCalibration {
    var seeking = self
    seeking.method = .seek
    var plan = try await seeking.plan(on: device, region: region)
    let draft = SearchDraft(.seek, seeking, device.capabilities, region)
    let pulses = refreshingPulses(standing, due)
    let (response, aim) = (array.response, aim)
    let search = { (most: Int) in
      Refreshing(
        Seek(response, tolerance: aim, averages: draft.averages, mostPulses: max(1, most)),
        standing: standing, due: due)
    }
    // The most that all limits allow, found by halving: what is asked grows with the pulses.
    var (most, beyond) = (0, draft.cap(pulses) + 1)
    while beyond - most > 1, !due.isEmpty {
      let middle = (most + beyond) / 2
      let quote = search(middle).quote(on: region, of: device.capabilities)
      if try await device.verdicts(on: quote, over: region).allSatisfy(\.fits) {
        most = middle
      } else {
        beyond = middle
      }
    }
    let chosen = search(most)
    let cost = { (pulses: Double, reads: Int, energy: KeyPath<PulseQuote, Joules>) in
      let count = Int(min(pulses.rounded(.up), Double(most)))
      guard !due.isEmpty else { return CalibrationCost(PulseQuote(), reads: 0, energy: energy) }
      var quote = search(count).quote(on: region, of: device.capabilities)
      quote.add(
        reads: max(0, reads - 1), of: region, averages: draft.averages, on: device.capabilities)
      return CalibrationCost(quote, reads: reads, energy: energy)
    }
    plan.search = chosen
    // Cells that are measured again are no sample for an audit of all, and there is no time to plan anew.
    (plan.second, plan.audit, plan.fallback, plan.alternatives) = (nil, nil, nil, [])
    (plan.isWithinReach, plan.mostPerCell) = (true, most)
    (plan.best, plan.expected, plan.worst) = (
      cost(pulses.best, min(plan.best.reads, plan.expected.reads), \.leastEnergy),
      cost(pulses.expected, plan.expected.reads, \.expectedEnergy),
      cost(Double(most), plan.worst.reads, \.mostEnergy)
    )
    plan.verdict = due.isEmpty || Double(most) >= pulses.expected ? .measures : .refused
    plan.reachable = nil
    plan.allowed = plan.verdict == .refused ? most : plan.allowed
    plan.limits = try await device.verdicts(
      on: chosen.quote(on: region, of: device.capabilities), over: region)
    plan.reason =
      "\(due.count) of \(region.count) cells are due, and what is known of them is worth pulses"
    plan.remarks = []
    return plan
  }

  /// Pulses of a cell that is due: what the noise asks for less what the earlier calibration is worth, and a way that is
  /// short where the cell still stands near to its symmetric point.
  func refreshingPulses(
    _ standing: [SymmetricPointEstimate], _ due: [Int]
  ) -> SearchPulses {
    let variance =
      due.reduce(0.0) {
        let deviation = Double(standing[$1].halfWidth) / 1.96
        return $0 + deviation * deviation
      } / Double(max(1, due.count))
    // Certainties add up: this much is still to be found out.
    let missing = 1 / (aim * aim) - (variance > 0 ? 1 / variance : 0)
    let factors = [array.leastNoiseFactor, array.noiseFactor, array.mostNoiseFactor]
    let probe = 2 * max(4, Self.probePart * array.response.range / array.step)
    let counts = factors.map { probe + 1.1 * $0 * $0 * max(0, missing) }
    return SearchPulses(
      best: counts[0], expected: counts[1], worst: counts[2] + array.mostDistance / array.step)
  }

  /// The way of the first look at a cell, and from one side of its symmetric point to the other, as a part of the window.
  private static let probePart = 0.025
}

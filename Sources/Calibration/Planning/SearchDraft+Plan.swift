import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import SymmetricPoint

extension SearchDraft {
  /// The plan for an error, or the refusal of it.
  func plan(for error: Double) -> PlannedCalibration {
    let asked = planner.audit.cells(of: region.count)
    var verdict = PlannedCalibration.Verdict.refused
    var reachable: Double?
    let isPossible = isPossible(error)
    // What is refused is refused for what it takes to know each cell; what is done stops where the array says enough.
    let wanted = cost(for: error, alone: !isPossible).pulses(for: error)
    if isPossible {
      verdict = method == .arrayMean ? .priorOnly : .measures
    } else if method != .arrayMean {
      reachable = smallestError(above: error)
    }
    let pulses = wanted ?? SearchPulses(all: Double(allowed(for: error) ?? mostUnasked))
    var audit = audit(asked, for: error)
    let isAudited = audit != nil
    let caps = caps(pulses, audit: &audit)
    // What is refused is told as it would be without limits.
    let most = isPossible ? caps.perCell : cap(pulses)
    let search = search(most, for: error, cap: isPossible ? caps.together : SpendingCap())
    let limited = { (count: Double) in min(count, Double(most)) }
    let best = cost(
      limited(pulses.best), slowest: limited(pulses.best), audit: nil, energy: \.leastEnergy)
    let expected = cost(
      limited(pulses.expected), slowest: limited(pulses.worst), audit: audit)
    var plan = PlannedCalibration(
      verdict: verdict, tolerance: error, range: planner.array.response.range, method: method,
      reason: reason, remarks: [], search: search, second: nil, audit: audit,
      fallback: audit.flatMap { _ in fallback(for: error) }, isWithinReach: wanted != nil,
      best: best, expected: expected,
      worst: expected, allowed: allowed(for: error), mostPerCell: mostUnasked,
      reachable: reachable, array: planner.array, alternatives: [], limits: [], seed: planner.seed)
    let (second, cost) = second(beside: plan)
    (plan.second, plan.expected) = (second, cost)
    let quote = CalibrationCampaign(plan).quote(on: region, of: capabilities)
    plan.worst = CalibrationCost(
      worstOf: quote,
      reads: self.cost(Double(most), slowest: Double(most), audit: audit).reads
        + (audit?.mostReads ?? 0))
    if isAudited, audit == nil, verdict == .measures {
      plan.remarks.append(
        "the limits leave nothing for an audit: no cell is asked whether it is where it is said to be"
      )
    }
    return plan
  }

  /// A search for the cells that a sweep leaves over; nil where the limits have no room for it.
  private func second(beside plan: PlannedCalibration) -> (search: Seek?, cost: CalibrationCost) {
    var expected = plan.expected
    guard method == .sweep, plan.verdict == .measures else { return (nil, expected) }
    let seeking = SearchDraft(.seek, planner, capabilities, region, left)
    guard let pulses = seeking.cost(for: plan.tolerance).pulses(for: plan.tolerance) else {
      return (nil, expected)
    }
    var seek = Seek(
      planner.array.response, tolerance: plan.tolerance, averages: seeking.averages,
      mostPulses: seeking.cap(pulses), scheme: seekingScheme)
    // A tenth of the cells, and what these differ by.
    let cells = (region.count + 4) / 5
    let share = Double(cells)
    seek.cap.pulses = Int(1.5 * pulses.expected * share)
    seek.cap.time =
      seeking.cost(pulses.expected, slowest: pulses.worst, audit: nil).time * 2
    var with = plan
    with.second = seek
    let quote = CalibrationCampaign(with).quote(on: region, of: capabilities)
    let isOver = [
      left.pulses.map { quote.pulses.all > $0 }, left.perCell.map { quote.perCell > $0 },
      left.energy.map { quote.mostEnergy > $0 }, left.time.map { quote.mostTime > $0 },
      left.exposuresPerCell.map { quote.mostExposuresPerCell > $0 },
    ].contains(true)
    guard !isOver else { return (nil, expected) }
    let part = seeking.cost(pulses.expected, slowest: pulses.worst, audit: nil)
    // A tenth is left over, and one cell of a row is waited for as all of it would be.
    let left = 0.1
    expected.pulses += Int(left * Double(part.pulses))
    expected.pulsesPerCell = expected.pulses / region.count
    expected.reads += part.reads
    expected.exposures += Int(left * Double(part.exposures))
    expected.time += part.time
    expected.energy += part.energy * left
    return (seek, expected)
  }

  /// Up and down until the slow cells have arrived, and the mean of the last states; nil where that is never enough.
  private func fallback(for error: Double) -> ZeroShifting? {
    let cost = ZeroShiftingCost(
      expected: planner.array, readVariance: readVariance, isStochastic: false, isAveraged: true)
    guard let pulses = cost.pulses(for: error)?.expected, pulses <= Double(mostUnasked) else {
      return nil
    }
    var shifting = ZeroShifting(
      .cyclic, pulses: Int(pulses.rounded(.up)), seed: planner.seed,
      checkpoints: planner.checkpoints, averages: averages, scheme: seekingScheme)
    shifting.estimator = .tailAverage(0.5)
    return shifting
  }

  /// The most pulses of a cell.
  private var mostUnasked: Int { left.perCell ?? CalibrationPlanner.mostPulsesUnasked }

  /// Whether the limits allow an error: what is expected and a quarter more, of all cells together and of a single one.
  private func isPossible(_ error: Double) -> Bool {
    guard let pulses = cost(for: error, alone: true).pulses(for: error) else { return false }
    return CalibrationPlanner.margin * pulses.expected <= Double(mostUnasked)
      && fits(pulses, factor: CalibrationPlanner.margin)
  }

  /// Whether the limits allow what is expected and no more: of a campaign that has begun, what it costs is known better
  /// than a plan knows it.
  func isAffordable(_ error: Double) -> Bool {
    guard let pulses = cost(for: error, alone: false).pulses(for: error) else { return false }
    return pulses.expected <= Double(mostUnasked) && fits(pulses, factor: 1)
  }

  /// Whether all cells together find room, without an audit, which is smaller where room is short.
  private func fits(_ pulses: SearchPulses, factor: Double) -> Bool {
    // Nothing holds zero-shifting to less than all its pulses, at the highest energy that these may have.
    let cost = cost(
      pulses.expected, slowest: pulses.worst, audit: nil,
      energy: isShifting ? \.mostEnergy : \.expectedEnergy)
    let factor = isShifting ? 1 : factor
    if let most = left.pulses, factor * Double(cost.pulses) > Double(most) { return false }
    if let most = left.energy, cost.energy * factor > most { return false }
    if let most = left.time, cost.time * factor > most { return false }
    if let most = left.exposuresPerCell,
      factor * Double(exposuresPerCell(pulses.expected)) > Double(most)
    {
      return false
    }
    return true
  }

  /// The smallest error that is possible, to a part in a thousand; nil where none is.
  private func smallestError(above error: Double) -> Double? {
    var (low, high) = (error, 0.5 * planner.array.response.range)
    guard high > low, isPossible(high) else { return nil }
    while high > 1.001 * low {
      let middle = (low * high).squareRoot()
      if isPossible(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// The pulses of a cell, in the mean, that the limits allow; nil where nothing that is spent is limited.
  private func allowed(for error: Double) -> Int? {
    guard !left.isUnlimited else { return nil }
    var (low, high) = (0, min(left.perCell ?? Self.mostEver, Self.mostEver))
    if fits(SearchPulses(all: Double(high)), factor: 1) { return high }
    while high - low > max(1, low / 500) {
      let middle = low + (high - low) / 2
      if fits(SearchPulses(all: Double(middle)), factor: 1) { low = middle } else { high = middle }
    }
    return low
  }

  private static let mostEver = 1 << 30

  /// What the search keeps to, so that it and the audit fit into the limits even at their worst.
  ///
  /// The search goes first: an audit that finds no room asks fewer cells, and none where these would say nothing.
  private func caps(
    _ pulses: SearchPulses, audit: inout AuditPlan?
  ) -> (perCell: Int, together: SpendingCap) {
    if var asked = audit {
      asked.mostCells = min(region.count, cellsThatFit(asked, beside: pulses))
      asked.cells = min(asked.cells, asked.mostCells)
      audit = asked.cells < min(AuditPlan.fewestCells, region.count) ? nil : asked
    }
    let most = mostUnasked
    // A cell that is asked has pulses left for it.
    let room = most - (audit?.audit.mostPulses ?? 0)
    let perCell = max(1, min(cap(pulses), Double(room) >= pulses.worst ? room : most))
    var cap = SpendingCap()
    guard !isShifting else { return (perCell, cap) }
    let expected = cost(pulses.expected, slowest: pulses.worst, audit: nil)
    // Twice what the cap of a cell allows to be worse than expected: rows may have a slow cell each.
    cap.time = expected.time * (2 * capFactor)
    if let audit {
      let quote = audit.quote(cells: audit.mostCells, on: region, of: capabilities)
      cap.pulses = left.pulses.map { max(1, $0 - quote.pulses.all) }
      cap.energy = left.energy.map { max(.zero, $0 - quote.mostEnergy) }
      if let time = left.time { cap.time = min(cap.time ?? time, time - quote.mostTime) }
      cap.exposuresPerCell = left.exposuresPerCell.map {
        max(0, $0 - quote.mostExposuresPerCell)
      }
    } else {
      (cap.pulses, cap.energy) = (left.pulses, left.energy)
      if let time = left.time { cap.time = min(cap.time ?? time, time) }
      cap.exposuresPerCell = left.exposuresPerCell
    }
    cap.pulses = min(cap.pulses ?? .max, perCell * cells)
    return (perCell, cap)
  }

  /// Cells that can be asked with what a search leaves that takes a quarter more than expected.
  private func cellsThatFit(_ audit: AuditPlan, beside pulses: SearchPulses) -> Int {
    let one = audit.quote(cells: 1, on: region, of: capabilities)
    let many = audit.quote(cells: 1 + Self.many, on: region, of: capabilities)
    let search = cost(pulses.expected, slowest: pulses.worst, audit: nil)
    let factor = CalibrationPlanner.margin
    var count = Double(region.count)
    let take = { (left: Double?, search: Double, one: Double, many: Double) in
      guard let left, many > one else { return }
      let each = (many - one) / Double(Self.many)
      count = min(count, (left - factor * search - (one - each)) / each)
    }
    take(
      left.pulses.map(Double.init), Double(search.pulses), Double(one.pulses.all),
      Double(many.pulses.all))
    take(left.energy?.value, search.energy.value, one.mostEnergy.value, many.mostEnergy.value)
    take(left.time?.value, search.time.value, one.mostTime.value, many.mostTime.value)
    take(
      left.exposuresPerCell.map(Double.init), Double(exposuresPerCell(pulses.expected)),
      Double(one.mostExposuresPerCell), Double(many.mostExposuresPerCell))
    return max(0, Int(count))
  }

  private static let many = 100
}

import DeviceContract
import Foundation
import PulseLedger
import SymmetricPoint

extension Replanning {
  /// Looks at a plan anew, with what was learnt of the array in place of what was expected of it.
  ///
  /// - Parameters:
  ///   - spent: pulses by then, over all cells.
  ///   - left: what the limits had left before the first of them.
  /// - Returns: what follows, and the audit with as many pulses as the noise that was found asks for.
  static func look(
    at plan: PlannedCalibration, _ figures: ArrayFigures, spent: Int, on region: CellRegion,
    of capabilities: Capabilities, left: PulseAllowance
  ) -> (Replanning, AuditPlan?) {
    let learnt = plan.array.corrected(by: figures)
    var planner = CalibrationPlanner(learnt, tolerance: .weight(plan.tolerance))
    planner.audit = plan.audit == nil ? .none : .usual
    var left = left
    let isUnbudgeted = left.isUnlimited
    if isUnbudgeted {
      // No more than was promised to be the worst, where nobody has said what may be spent.
      let promised = plan.search.quote(on: region, of: capabilities)
      (left.perCell, left.pulses) = (promised.perCell, promised.pulses.all)
    }
    let draft = SearchDraft(plan.method, planner, capabilities, region, left)
    let again = draft.plan(for: plan.tolerance)
    let planned = plan.expected.pulsesPerCell
    let expected = max(again.expected.pulsesPerCell, spent / max(1, region.count))
    let ratio = Double(expected) / Double(max(1, planned))
    let margin = CalibrationPlanner.margin
    let isOut = again.verdict == .refused && !draft.isAffordable(plan.tolerance)
    let verdict: Verdict =
      isOut
      ? .outOfReach : ratio > margin ? .dearer : ratio < 1 / margin ? .cheaper : .asPlanned
    let audit = plan.audit.map { planned in
      AuditPlan(
        learnt, tolerance: plan.tolerance, averages: planned.audit.averages,
        readVariance: draft.variance(averages: planned.audit.averages),
        scheme: planned.audit.scheme, cells: planned.cells,
        mostCells: planned.mostCells)
    }
    return (
      Replanning(
        verdict: verdict, planned: planned, expected: expected, spent: spent,
        noiseFactor: figures.noiseFactor, reachable: isOut ? again.reachable : nil,
        isUnbudgeted: isUnbudgeted), audit
    )
  }

  /// What is to be said of it, for people; nil where all is as planned.
  public func text(_ plan: PlannedCalibration) -> String? {
    let noise = noiseFactor > 1.2 || noiseFactor < 1 / 1.2
    let why =
      "the first pulses show "
      + (noise
        ? "a noise of \(String(format: "%.2g", noiseFactor)) times what was expected"
        : "other cells than were expected")
    let cost = "some \(expected) pulses a cell, and not \(planned)"
    switch verdict {
    case .asPlanned: return nil
    case .cheaper: return "replanned: \(why); it takes \(cost)"
    case .dearer: return "replanned: \(why); it takes \(cost), which the limits allow"
    case .outOfReach:
      var text = "replanned: \(why); \(plan.share(plan.tolerance)) would take \(cost)"
      // With a quarter for bad luck, as a plan wants it.
      let budget = Int((CalibrationPlanner.margin * Double(expected)).rounded(.up))
      if isUnbudgeted {
        text += ", which is more than the plan allows: --budget \(budget)/cell does"
      } else {
        text += ", and the limits do not allow it"
      }
      if let reachable {
        let offer = PlannedCalibration.offer(reachable, range: plan.range)
        text +=
          "; what is allowed buys \(Tolerance.percent(offer)): --tolerance \(String(format: "%.3g", 100 * offer))%"
      }
      return text + ". It was stopped; \(spent) pulses were spent"
    }
  }
}

extension ArrayExpectation {
  /// The same with what was learnt of an array in place of what was expected.
  func corrected(by figures: ArrayFigures) -> ArrayExpectation {
    var array = self
    // Believed within reason: what a few bursts say of an array may be an accident.
    var figures = figures
    figures.slope = min(max(figures.slope, slope / 3), slope * 3)
    figures.step = min(max(figures.step, response.step / 3), response.step * 3)
    figures.mean = min(max(figures.mean, response.window.lowerBound), response.window.upperBound)
    figures.spread = min(figures.spread, response.range / 2)
    // How far the root mean square cell is from the median one stays as expected.
    let median = 2 * response.pulseNoise * response.step / slope
    let known = 2 * figures.pulseNoise / figures.slope
    let ratio = median > 0 ? known / median : 1
    array.noiseFactor *= ratio
    array.leastNoiseFactor *= ratio
    array.mostNoiseFactor *= ratio
    array.noiseFactors = noiseFactors.map { $0 * ratio }
    array.leastSlope *= figures.slope / slope
    array.slope = figures.slope
    array.step *= figures.step / response.step
    array.response.pulseNoise *= figures.noiseFactor
    (array.mean, array.spread) = (figures.mean, max(figures.spread, 1e-9))
    // The mean of |x| for a normal x.
    array.start = figures.start
    let (away, spread) = (figures.mean - figures.start, array.spread)
    array.distance =
      spread * (2 / Double.pi).squareRoot() * exp(-away * away / (2 * spread * spread))
      + abs(away) * (1 - erfc(abs(away) / (spread * 2.0.squareRoot())))
    array.mostDistance *= array.distance / max(distance, 1e-12)
    return array
  }
}

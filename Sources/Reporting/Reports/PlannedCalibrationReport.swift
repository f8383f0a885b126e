public import Calibration
import Foundation
import PulseLedger

/// The plan of a calibration to a tolerance, as `--dry-run` tells it.
public struct PlannedCalibrationReport: Encodable, Sendable {
  let schema = "tare-calibration-plan"
  let version = 1
  let verdict: PlannedCalibration.Verdict
  /// As weights.
  let tolerance, window, arraySpread: Double
  /// The tolerance that the limits allow, as a weight.
  let reachable: Double?
  let method, reason: String
  let remarks: [String]
  let refusal: String?
  let best, expected, worst: CostCase
  let pulsesPerCellAllowed: Int?
  let limits: [LimitVerdict]

  /// The report of a plan.
  public init(_ plan: PlannedCalibration) {
    verdict = plan.verdict
    (tolerance, window, arraySpread) = (plan.tolerance, plan.range, plan.array.spread)
    reachable = plan.offer.map { $0 * plan.range }
    (method, reason, remarks) = (plan.method.rawValue, plan.reason, plan.remarks)
    refusal = plan.refusal
    (best, expected, worst) = (
      CostCase(plan.best), CostCase(plan.expected), CostCase(plan.worst)
    )
    (pulsesPerCellAllowed, limits) = (plan.allowed, plan.limits)
  }

  /// The plan as a table, and what it is good for in words.
  public var text: String { costText + "nothing was fired\n" }

  /// The same as one of several.
  var costText: String {
    var text =
      "tolerance: \(Tolerance.percent(tolerance / window)) of the window, \(NumberText.significant(tolerance, digits: 3)) as a weight\n"
      + "method: \(method), since \(reason)\n\n"
    text += costs + "\n"
    if !limits.isEmpty { text += LimitTable.text(limits) + "\n" }
    for remark in remarks { text += remark + "\n" }
    return text
  }

  private var costs: String {
    CostCase.table([best, expected, worst], ofCell: "pulses of a cell that is measured")
  }
}

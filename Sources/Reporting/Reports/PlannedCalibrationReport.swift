public import Calibration
import Foundation
import PhysicalUnits
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
  /// The methods that were looked at.
  struct Alternative: Encodable, Sendable {
    let method: String
    let verdict: PlannedCalibration.Verdict
    /// Nil where no number of pulses is enough.
    let expected: CostCase?
  }
  let alternatives: [Alternative]
  let cellsAudited: Int
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
    alternatives = plan.alternatives.map {
      Alternative(
        method: $0.method.rawValue, verdict: $0.verdict, expected: $0.expected.map(CostCase.init))
    }
    cellsAudited = plan.audit?.cells ?? 0
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
    if alternatives.count > 1 { text += others + "\n" }
    if !limits.isEmpty { text += LimitTable.text(limits) + "\n" }
    for remark in remarks { text += remark + "\n" }
    return text
  }

  private var others: String {
    var table = TextTable(columns: [
      .init("method", alignment: .left), .init("pulses of a cell", alignment: .right),
      .init("reads", alignment: .right), .init("time", alignment: .right),
      .init("possible", alignment: .left),
    ])
    for other in alternatives {
      let cost = other.expected
      table.append([
        other.method, cost.map { "\($0.pulsesPerCell)" } ?? "",
        cost.map { "\($0.reads)" } ?? "",
        cost.map { EngineeringNotation.format($0.deviceTimeSeconds, unit: "s", digits: 3) } ?? "",
        cost == nil ? "never" : other.verdict == .refused ? "beyond the limits" : "yes",
      ])
    }
    return table.text
  }

  private var costs: String {
    CostCase.table([best, expected, worst], ofCell: "pulses of a cell that is measured")
  }
}

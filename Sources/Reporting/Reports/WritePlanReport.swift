public import Calibration
import PulseLedger

/// The plan of a write, as `--dry-run` tells it.
public struct WritePlanReport: Encodable, Sendable {
  let schema = "tare-write-plan"
  let version = 1
  /// Cells that have a target, those that are left alone, and those that need more pulses than the limits allow.
  let cells, left, beyond: Int
  /// As a weight.
  let tolerance: Double
  let averages: Int
  let best, expected, worst: CostCase
  let pulsesPerCellAllowed: Int
  let refusal: String?
  let limits: [LimitVerdict]

  /// The report of a plan.
  public init(_ plan: WritePlan) {
    cells = plan.targets.count { $0 != nil }
    left = plan.targets.count - cells
    (beyond, tolerance, averages) = (plan.beyond, plan.write.tolerance, plan.write.averages)
    (best, expected, worst) = (
      CostCase(plan.best), CostCase(plan.expected), CostCase(plan.worst)
    )
    (pulsesPerCellAllowed, refusal, limits) = (plan.allowed, plan.refusal, plan.limits)
  }

  /// The plan as a table.
  public var text: String {
    var text =
      "\(cells) cells are brought to within \(NumberText.significant(tolerance, digits: 3)) of their targets, by reads "
      + "of \(averages) \(averages == 1 ? "sample" : "samples")\n\n"
    text += CostCase.table([best, expected, worst], ofCell: "pulses of the farthest cell") + "\n"
    if !limits.isEmpty { text += LimitTable.text(limits) + "\n" }
    if left > 0 { text += "\(left) cells have no target and are left alone\n" }
    if beyond > 0 {
      text +=
        "\(beyond) cells are expected to need more than the \(pulsesPerCellAllowed) pulses that each may have\n"
    }
    return text + "the cells were read once; nothing was fired\n"
  }
}

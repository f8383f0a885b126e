public import Calibration
public import PulseLedger

/// What a training would cost, as `--dry-run` tells it: what one like it has cost on a simulator of the same device.
public struct TrainingPlan: Encodable, Sendable {
  let schema = "tare-training-plan"
  let version = 1
  let best, expected, worst: CostCase
  /// Epochs that were gone through, of those that are asked for; what comes after them is taken to cost as much as the
  /// last of them.
  let epochsRehearsed, epochs: Int
  /// Test images classified rightly, and the loss, after the epochs that were gone through.
  let accuracy, loss: Double?
  /// Every limit in force, against the expected case.
  let limits: [LimitVerdict]
  /// Whether the expected case is within all limits.
  public let fits: Bool

  /// Collects what a rehearsal has told.
  public init(
    best: CalibrationCost, expected: CalibrationCost, worst: CalibrationCost, rehearsed: Int,
    epochs: Int, accuracy: Double?, loss: Double?, limits: [LimitVerdict]
  ) {
    (self.best, self.expected, self.worst) = (
      CostCase(best), CostCase(expected), CostCase(worst)
    )
    (epochsRehearsed, self.epochs, self.accuracy, self.loss) = (rehearsed, epochs, accuracy, loss)
    self.limits = limits
    fits = limits.allSatisfy(\.fits)
  }

  /// The plan as a table, and below it the limits.
  public var text: String {
    var text =
      CostCase.table(
        [best, expected, worst], ofCell: "pulses of the hottest cell", reads: "cells read") + "\n"
    if !limits.isEmpty {
      text +=
        LimitTable.text(limits)
        + "asked is the expected case: a training that comes to a limit stops between two steps, and goes on with a "
        + "larger one\n"
    }
    text +=
      "expected is what \(epochsRehearsed) of \(epochs) epochs cost on a simulator of such cells"
    if let accuracy {
      text += ", with \(NumberText.significant(100 * accuracy, digits: 3)) % right"
    }
    return text + "; worst is what no training can exceed\nnothing was fired\n"
  }
}

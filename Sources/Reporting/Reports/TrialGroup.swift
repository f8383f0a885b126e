import AnalogTraining
import Foundation

/// Trainings that differ by their seed alone.
struct TrialGroup {
  var trials: [TrainingTrial]
  var first: TrainingTrial { trials[0] }

  /// Groups trainings, in the order in which the groups first come.
  static func groups(_ trials: [TrainingTrial]) -> [TrialGroup] {
    var order: [[String]] = []
    var found: [[String]: TrialGroup] = [:]
    for trial in trials {
      let key = [trial.rule] + trial.conditions.map { "\($0.name)=\($0.value)" }
      if found[key] == nil { order.append(key) }
      found[key, default: TrialGroup(trials: [])].trials.append(trial)
    }
    return order.compactMap { found[$0] }
  }

  /// Mean and sample standard deviation of the trainings that have a figure, as it stands in tables; nil where none has.
  func moments(_ column: TrialColumn) -> (mean: Double, deviation: Double, count: Int)? {
    let values = trials.compactMap(column.value).map { column.scale * $0 }
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(max(1, values.count - 1))).squareRoot(), values.count)
  }

  /// The figure in a table: one number where all are equal, as exact counts are; with how many have one where not all
  /// do.
  func text(_ column: TrialColumn) -> String {
    guard let (mean, deviation, count) = moments(column) else { return "not reached" }
    let format = "%.\(column.digits)f"
    var text = String(format: format, mean)
    if count > 1, deviation > 0 { text += " ± " + String(format: format, deviation) }
    return count == trials.count ? text : text + " (\(count) of \(trials.count))"
  }
}

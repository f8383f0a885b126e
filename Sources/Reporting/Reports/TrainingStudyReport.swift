public import AnalogTraining
import Foundation

/// Tables and figures of trainings with several rules, references and seeds.
public struct TrainingStudyReport: Sendable {
  private let trials: [TrainingTrial]
  private let title: String

  /// Tells trainings, in the order in which rules and references are to stand.
  public init(_ trials: [TrainingTrial], title: String) {
    (self.trials, self.title) = (trials, title)
  }

  /// Trainings that differ by their seed alone.
  private struct Group {
    var trials: [TrainingTrial]
    var first: TrainingTrial { trials[0] }

    /// Mean and sample standard deviation of a figure.
    func moments(_ figure: (TrainingTrial) -> Double) -> (mean: Double, deviation: Double) {
      let values = trials.map(figure)
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }

    func text(_ figure: (TrainingTrial) -> Double, _ format: String, scale: Double = 1) -> String {
      let (mean, deviation) = moments(figure)
      let number = String(format: format, scale * mean)
      return trials.count < 2 ? number : number + " ± " + String(format: format, scale * deviation)
    }
  }

  private var groups: [Group] {
    var order: [String] = []
    var found: [String: Group] = [:]
    for trial in trials {
      let key = "\(trial.rule)/\(trial.referenceMean)/\(trial.referenceDeviation)"
      if found[key] == nil { order.append(key) }
      found[key, default: Group(trials: [])].trials.append(trial)
    }
    return order.compactMap { found[$0] }
  }

  /// The table for the terminal and for documents: means over seeds, and their sample standard deviations.
  public var text: String {
    var table = TextTable(columns: [
      .init("rule", alignment: .left), .init("reference", alignment: .left),
      .init("seeds", alignment: .right), .init("test accuracy (%)", alignment: .right),
      .init("training loss", alignment: .right), .init("fast pulses/sample", alignment: .right),
      .init("up fraction", alignment: .right), .init("slow pulses/sample", alignment: .right),
      .init("reads", alignment: .right), .init("flips", alignment: .right),
    ])
    for group in groups {
      let first = group.first
      table.append([
        first.rule, Self.reference(first), "\(group.trials.count)",
        group.text(\.accuracy, "%.2f", scale: 100), group.text(\.loss, "%.4f"),
        group.text(\.fastPulsesPerSample, "%.3f"), group.text(\.upFraction, "%.4f"),
        group.text(\.slowPulsesPerSample, "%.5f"), "\(first.counts.columnReads)",
        "\(first.counts.flips)",
      ])
    }
    return title + "\n\n" + table.text
  }

  /// Every training in a line.
  public func csv() throws -> String {
    var table = CSVTable(
      columns: [
        "rule", "reference_mean", "reference_deviation", "seed", "accuracy", "loss", "samples",
        "fast_pulses_per_sample", "up_fraction", "slow_pulses_per_sample", "cycles",
        "column_reads", "flips",
      ].map { .init($0) })
    for trial in trials {
      try table.append([
        .text(trial.rule), .number(trial.referenceMean), .number(trial.referenceDeviation),
        .integer(Int(trial.seed)), .number(trial.accuracy), .number(trial.loss),
        .integer(trial.samples), .number(trial.fastPulsesPerSample), .number(trial.upFraction),
        .number(trial.slowPulsesPerSample), .integer(trial.counts.cycles),
        .integer(trial.counts.columnReads), .integer(trial.counts.flips),
      ])
    }
    return table.text
  }

  /// Accuracy of each rule against the reference, one place each, in the order of the table.
  public var figure: LineChart {
    let groups = groups
    var (rules, references) = ([String](), [String]())
    for group in groups {
      if !rules.contains(group.first.rule) { rules.append(group.first.rule) }
      let reference = Self.reference(group.first)
      if !references.contains(reference) { references.append(reference) }
    }
    let series = rules.map { rule in
      let part = groups.filter { $0.first.rule == rule }
      let x = part.map { Double(references.firstIndex(of: Self.reference($0.first)) ?? 0) + 1 }
      let moments = part.map { $0.moments { 100 * $0.accuracy } }
      return LineSeries(
        rule, x: x, y: moments.map(\.mean), style: .lineAndPoints,
        uncertainty: .init(
          lower: moments.map { $0.mean - $0.deviation },
          upper: moments.map { $0.mean + $0.deviation }, style: .bars))
    }
    let names = references.enumerated().map { "\($0 + 1): \($1)" }.joined(separator: ", ")
    return LineChart(
      title: title, x: Axis("Reference of the fast array", isCount: true),
      y: Axis("Test images classified rightly (%)"), series: series,
      caption: "Mean ± standard deviation of what the reference is off by. \(names). Bars: one "
        + "standard deviation over seeds.")
  }

  private static func reference(_ trial: TrainingTrial) -> String {
    "\(NumberText.significant(trial.referenceMean, digits: 3)) ± "
      + NumberText.significant(trial.referenceDeviation, digits: 3)
  }
}

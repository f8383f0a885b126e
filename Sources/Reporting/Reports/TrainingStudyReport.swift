public import AnalogTraining
import Foundation

/// Table, file and figure of a study that compares trainings.
public struct TrainingStudyReport: Sendable {
  private let trials: [TrainingTrial]
  private let title: String
  private let layout: Layout

  /// Tells trainings, in the order in which they are to stand.
  public init(_ trials: [TrainingTrial], title: String, layout: Layout) {
    (self.trials, self.title, self.layout) = (trials, title, layout)
  }

  /// The names of conditions, in the order in which they come.
  private var conditions: [String] {
    trials.flatMap(\.conditions).map(\.name).uniqued
  }

  /// The table for the terminal and for documents: means over seeds, and their sample standard deviations.
  public var text: String {
    let conditions = conditions
    var table = TextTable(
      columns: [.init("rule", alignment: .left)]
        + (conditions.map { layout.headings[$0] ?? $0 } + ["seeds"] + layout.columns.map(\.heading))
        .map { .init($0, alignment: .right) })
    for group in TrialGroup.groups(trials) {
      table.append(
        [group.first.rule]
          + conditions.map { name in
            group.first[name].map(Self.plain) ?? ""
          } + ["\(group.trials.count)"] + layout.columns.map(group.text))
    }
    let notes = layout.notes.map { "\n" + $0 + "\n" }.joined()
    return title + "\n\n" + table.text + notes
  }

  /// A condition as it was set.
  static func plain(_ value: Double) -> String { CSVField.number(value).text }

  /// Every training in a line.
  public func csv() throws -> String {
    let conditions = conditions
    var table = CSVTable(
      columns: (["rule"] + conditions + ["seed"] + TrialColumn.filed.map(\.name)).map { .init($0) })
    for trial in trials {
      let values =
        conditions.map { trial[$0] } + [Double(trial.seed)]
        + TrialColumn.filed.map { $0.value(trial) }
      try table.append(
        [.text(trial.rule)] + values.map { $0.map { .number($0) } ?? .missing })
    }
    return table.text
  }

  /// The means of each curve, with bars of one standard deviation over seeds.
  public var figure: LineChart {
    let plot = layout.figure
    let groups = TrialGroup.groups(trials)
    let names = groups.map { plot.series($0.first) }.uniqued
    let (place, remark) = plot.places(groups.map(\.first))
    let series = names.compactMap { name -> LineSeries? in
      let all = groups.filter { plot.series($0.first) == name }
      let part = all.filter { place($0.first) != nil }
      guard !part.isEmpty else { return nil }
      let found = part.map { $0.moments(plot.column) ?? (.nan, 0, 0) }
      return LineSeries(
        name, x: part.map { place($0.first) ?? .nan }, y: found.map(\.mean),
        style: .lineAndPoints,
        uncertainty: .init(
          lower: found.map { $0.mean - $0.deviation }, upper: found.map { $0.mean + $0.deviation },
          style: .bars),
        level: all.first { place($0.first) == nil }?.moments(plot.column)?.mean)
    }
    return LineChart(
      title: title, x: plot.x, y: plot.y, series: series,
      caption: plot.caption + remark + " Bars: one standard deviation over seeds.")
  }
}

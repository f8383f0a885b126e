public import Calibration
import Foundation
import SymmetricPoint

/// Tables and figure of a ``PulsesErrorStudy``.
public struct PulsesErrorReport: Sendable {
  private let study: PulsesErrorStudy
  private let rows: [PulsesErrorStudy.Row]
  private let title: String
  /// The standard deviation of one read, as a weight.
  private let readError: Double

  /// Tells the rows of some methods and seeds.
  public init(
    _ study: PulsesErrorStudy, _ rows: [PulsesErrorStudy.Row], title: String, readError: Double
  ) {
    (self.study, self.rows, self.title, self.readError) = (study, rows, title, readError)
  }

  /// A method at an error, over all seeds.
  private struct Line {
    let method: String
    let target: Double
    let pulses, least, most, reads, error: Double
    let cover: Double?
  }

  /// Nil where one of the seeds did not reach the error.
  private func line(_ method: String, _ target: Double) -> Line? {
    let part = rows.filter { $0.method == method && $0.target == target }
    let pulses = part.compactMap(\.pulses)
    let errors = part.compactMap(\.error)
    guard !part.isEmpty, pulses.count == part.count, errors.count == part.count else { return nil }
    let count = Double(part.count)
    let covers = part.compactMap(\.cover)
    return Line(
      method: method, target: target, pulses: pulses.reduce(0, +) / count,
      least: pulses.min() ?? 0, most: pulses.max() ?? 0,
      reads: Double(part.compactMap(\.reads).reduce(0, +)) / count,
      error: (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(),
      cover: covers.isEmpty ? nil : covers.reduce(0, +) / Double(covers.count))
  }

  private var methods: [String] {
    rows.reduce(into: []) { names, row in
      if !names.contains(row.method) { names.append(row.method) }
    }
  }

  /// The table for the terminal and for documents.
  public var text: String {
    var table = TextTable(columns: [
      .init("method", alignment: .left), .init("error asked", alignment: .right),
      .init("pulses a cell", alignment: .right), .init("least", alignment: .right),
      .init("most", alignment: .right), .init("reads", alignment: .right),
      .init("rms error", alignment: .right), .init("95 % hold", alignment: .right),
      .init("bound", alignment: .right), .init("times", alignment: .right),
    ])
    for method in methods {
      for target in study.targets
      where rows.contains(where: { $0.method == method && $0.target == target }) {
        let bound = study.boundPulses(error: target)
        let start = [method, Tolerance.percent(target)]
        guard let line = line(method, target) else {
          table.append(
            start + ["not with \(study.mostPulses)"] + Array(repeating: "", count: 5)
              + [String(format: "%.0f", bound), ""])
          continue
        }
        table.append(
          start
            + [line.pulses, line.least, line.most, line.reads].map { String(format: "%.0f", $0) }
            + [
              String(format: "%.2f %%", 100 * line.error),
              line.cover.map { String(format: "%.1f %%", 100 * $0) } ?? "",
              String(format: "%.0f", bound),
              bound > 0 ? String(format: "%.1f", line.pulses / bound) : "",
            ])
      }
    }
    return table.text
  }

  /// Every run, one a line.
  public func csv() throws -> String {
    var table = CSVTable(
      columns: [
        "method", "error_asked", "seed", "pulses_per_cell", "reads", "rms_error", "coverage",
        "bound_pulses",
      ].map { .init($0) })
    for row in rows {
      try table.append([
        .text(row.method), .number(row.target), .integer(Int(row.seed)),
        row.pulses.map { .number($0) } ?? .missing, row.reads.map { .integer($0) } ?? .missing,
        row.error.map { .number($0) } ?? .missing, row.cover.map { .number($0) } ?? .missing,
        .number(study.boundPulses(error: row.target)),
      ])
    }
    return table.text
  }

  /// Errors against pulses, with the bound.
  public var figure: LineChart {
    var series = methods.map { method in
      let lines = study.targets.compactMap { line(method, $0) }.sorted { $0.pulses < $1.pulses }
      return LineSeries(
        method, x: lines.map(\.pulses), y: lines.map { 100 * $0.error },
        style: .lineAndPoints)
    }
    series.removeAll { $0.x.isEmpty }
    let most = series.flatMap(\.x).max() ?? Double(study.mostPulses)
    let loosest = (study.targets.last ?? 0.05) * study.array.response.range
    let least = max(1, study.array.noiseFactor * study.array.noiseFactor / (loosest * loosest))
    let pulses = (0...60).map { least * pow(most / least, Double($0) / 60) }
    series.append(
      LineSeries(
        "bound c / √N", x: pulses, y: pulses.map { 100 * study.bound(pulses: $0) }))
    // Where the symmetric points differ by much, knowing by how much says nothing.
    if study.array.spread < 2 * loosest {
      series.append(
        LineSeries(
          "bound for those who know the spread", x: pulses,
          y: pulses.map { 100 * study.bound(pulses: $0, knowsArray: true) }, isDashed: true))
    }
    let ends = pulses.filter { study.bound(pulses: $0, readError: readError) <= 0.2 }
    series.append(
      LineSeries(
        "bound, two noisy reads", x: ends,
        y: ends.map { 100 * study.bound(pulses: $0, readError: readError) }, isDashed: true))
    let seeds = Set(rows.map(\.seed)).count
    return LineChart(
      title: title, x: .logarithmic("Pulses per cell (mean)"),
      y: .logarithmic("rms error (% of the window)"), series: series,
      caption: "Root mean square over the cells, \(seeds) \(seeds == 1 ? "array" : "arrays") each. "
        + "c = \(NumberText.significant(study.array.noiseFactor, digits: 3)).")
  }
}

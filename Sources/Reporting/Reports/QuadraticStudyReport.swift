public import AnalogTraining
import Foundation

/// Table and figure of rules on the quadratic toy, beside what is derived of them.
public struct QuadraticStudyReport: Sendable {
  /// A rule, and what came of it.
  public struct Row: Sendable, Codable {
    /// The rule with what it was told.
    public var name: String
    /// What was measured and predicted.
    public var outcome: QuadraticToy.Outcome

    /// Wraps an outcome.
    public init(name: String, outcome: QuadraticToy.Outcome) {
      (self.name, self.outcome) = (name, outcome)
    }
  }

  private let rows: [Row]

  /// Tells outcomes, in their order.
  public init(_ rows: [Row]) { self.rows = rows }

  /// The table for the terminal and for documents.
  public var text: String {
    var table = TextTable(columns: [
      .init("rule", alignment: .left), .init("bias", alignment: .right),
      .init("predicted", alignment: .right), .init("rms bias", alignment: .right),
      .init("reference less point (rms)", alignment: .right),
      .init("correlation with points", alignment: .right),
      .init("with resting points", alignment: .right),
    ])
    for row in rows {
      let found = row.outcome
      table.append([
        row.name, String(format: "%.4f ± %.4f", found.bias, found.biasError),
        found.biasPredicted.map { String(format: "%.4f", $0) } ?? "",
        String(format: "%.4f", found.weightError),
        found.reference.map { String(format: "%.3f", $0.error) } ?? "",
        found.reference.map { String(format: "%.3f", $0.correlation) } ?? "",
        found.restingPoint.map { String(format: "%.3f", $0.correlation) } ?? "",
      ])
    }
    return table.text
  }

  /// How far references are from the symmetric points, step by step.
  public var figure: LineChart {
    LineChart(
      title: "Distance of the reference from the symmetric points",
      x: Axis("Steps", isCount: true), y: .logarithmic("rms error of the reference (weight)"),
      series: rows.compactMap { row in
        let points = row.outcome.course.filter { $0.referenceError != nil }
        guard !points.isEmpty else { return nil }
        return LineSeries(
          row.name, x: points.map { Double($0.step) }, y: points.map { $0.referenceError ?? .nan })
      },
      caption:
        "Without a chopper (RIDER) the reference rests where the pull to the symmetric point "
        + "and the gradient balance.")
  }
}

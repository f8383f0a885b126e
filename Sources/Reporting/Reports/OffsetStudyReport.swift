import Foundation
public import SymmetricPoint

/// Table and figure of an ``OffsetStudy``.
public struct OffsetStudyReport: Sendable {
  private let rows: [OffsetStudy.Row]
  private let title: String

  /// Tells the rows of one or more variants.
  public init(_ rows: [OffsetStudy.Row], title: String) {
    self.rows = rows
    self.title = title
  }

  /// The table for the terminal and for documents.
  public var text: String {
    var table = TextTable(columns: [
      .init("variant", alignment: .left), .init("N", alignment: .right),
      .init("mean offset", alignment: .right), .init("predicted", alignment: .right),
      .init("deviation offset", alignment: .right), .init("predicted", alignment: .right),
      .init("rms error", alignment: .right),
    ])
    for row in rows {
      table.append(
        [row.variant, "\(row.pulses)"]
          + [
            row.meanOffset, row.predictedMeanOffset, row.deviationOffset,
            row.predictedDeviationOffset, row.rmsError,
          ].map { String(format: "%.5f", $0) })
    }
    return table.text
  }

  /// The table with all columns.
  public func csv() throws -> String {
    var table = CSVTable(
      columns: [
        "variant", "pulses", "true_mean", "estimated_mean", "true_deviation",
        "estimated_deviation", "mean_offset", "predicted_mean_offset", "deviation_offset",
        "predicted_deviation_offset", "rms_error",
      ].map { .init($0) })
    for row in rows {
      try table.append(
        [.text(row.variant), .integer(row.pulses)]
          + [
            row.trueMean, row.estimatedMean, row.trueDeviation, row.estimatedDeviation,
            row.meanOffset, row.predictedMeanOffset, row.deviationOffset,
            row.predictedDeviationOffset, row.rmsError,
          ].map { .number($0) })
    }
    return table.text
  }

  /// Offsets against pulses.
  public var figure: LineChart {
    let variants = rows.map(\.variant).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var series: [LineSeries] = []
    for variant in variants {
      let part = rows.filter { $0.variant == variant }
      let pulses = part.map { Double($0.pulses) }
      series.append(
        LineSeries(
          "\(variant): mean", x: pulses, y: part.map { abs($0.meanOffset) }, style: .points))
      series.append(
        LineSeries(
          "\(variant): deviation", x: pulses, y: part.map { abs($0.deviationOffset) },
          style: .points))
    }
    if let first = variants.first {
      let part = rows.filter { $0.variant == first }
      let pulses = part.map { Double($0.pulses) }
      series.append(
        LineSeries("predicted mean", x: pulses, y: part.map { abs($0.predictedMeanOffset) }))
      series.append(
        LineSeries(
          "predicted deviation", x: pulses, y: part.map { abs($0.predictedDeviationOffset) },
          isDashed: true))
    }
    return LineChart(
      title: title, x: .logarithmic("Pulses per cell"),
      y: .logarithmic("Offset from the truth (weight)"), series: series,
      caption: "Magnitudes. Lines: (start less truth) times exp(−N dw G′).")
  }
}

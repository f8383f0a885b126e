import Calibration
import DeviceContract
import Foundation
import SymmetricPoint

extension CalibrationReport {
  /// The figures of a search to a tolerance.
  func figures(
    of found: SearchResult, _ plan: PlannedCalibration
  ) -> [(name: String, figure: any Figure)] {
    [
      ("interval-against-pulses", intervals(found, plan)), ("pulses-map", pulsesMap),
      ("pulses-histogram", pulsesHistogram),
    ]
  }

  /// How the intervals shrink, beside what no method beats.
  private func intervals(_ found: SearchResult, _ plan: PlannedCalibration) -> LineChart {
    let known = found.course.filter { $0.pulses > 0 && ($0.deviation ?? 0) > 0 }
    let pulses = known.map { Double($0.pulses) / Double(max(1, $0.cells)) }
    let last = pulses.last ?? 1
    let bound = (0...40).map { max(1, last * pow(1e-3, 1 - Double($0) / 40)) }
    return LineChart(
      title: "Half width of the intervals against pulses",
      x: .logarithmic("Pulses per cell (mean)"),
      y: .logarithmic("Half width of 95 % intervals (weight)"),
      series: [
        LineSeries(
          "rms over the cells", x: pulses, y: known.map { 1.96 * ($0.deviation ?? 0) },
          style: .lineAndPoints),
        LineSeries(
          "bound: 1.96 c / √N", x: bound,
          y: bound.map { 1.96 * plan.array.noiseFactor / $0.squareRoot() },
          isDashed: true),
      ],
      markers: [.horizontal(at: 1.96 * plan.tolerance, label: "tolerance")],
      caption:
        "c = \(NumberText.significant(plan.array.noiseFactor, digits: 3)) is expected of the device."
    )
  }

  private var pulsesMap: HeatMap {
    HeatMap(
      title: "Pulses of each cell", rows: result.region.rows.count,
      columns: result.region.columns.count, values: result.estimates.map { Double($0.pulses) },
      label: "Pulses")
  }

  private var pulsesHistogram: Histogram {
    Histogram(
      title: "Pulses of the cells", x: Axis("Pulses of a cell", isCount: true),
      distributions: [.init("cells", result.estimates.map { Double($0.pulses) })])
  }
}

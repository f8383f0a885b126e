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
      ("estimate-against-pulses", estimates(found, plan)),
      ("error-against-budget", errorAgainstBudget(found, plan)),
      ("half-width-map", halfWidths), ("pulses-map", pulsesMap),
      ("pulses-histogram", pulsesHistogram),
    ]
  }

  /// What was known of a few cells on the way, with intervals.
  func estimates(_ found: SearchResult, _ plan: PlannedCalibration) -> LineChart {
    let columns = result.region.columns.count
    let origin = (result.region.rows.lowerBound.index, result.region.columns.lowerBound.index)
    // Bars at each read, where they can be told apart.
    let isFine = found.cells.contains { $0.points.count > 30 }
    let series = found.cells.map { course in
      let (row, column) = course.cell.quotientAndRemainder(dividingBy: columns)
      let value = { (part: KeyPath<CellCourse.Point, Float>) in
        course.points.map { Double($0[keyPath: part]) }
      }
      let halves = course.points.map { $0.halfWidth.map(Double.init) ?? .nan }
      let values = value(\.value)
      return LineSeries(
        "(\(origin.0 + row), \(origin.1 + column))", x: course.points.map { Double($0.pulses) },
        y: values, style: isFine ? .line : .lineAndPoints,
        uncertainty: .init(
          lower: zip(values, halves).map { $0 - $1 }, upper: zip(values, halves).map { $0 + $1 },
          style: isFine ? .band : .bars),
        level: truth?[course.cell])
    }
    return LineChart(
      title: "Estimates of single cells against their pulses",
      x: Axis("Pulses of the cell", isCount: true),
      y: Axis("Symmetric point (weight)", range: range(found, series, plan.array.response.window)),
      series: series,
      caption: "Cells by row and column; \(isFine ? "bands" : "bars") are 95 % intervals"
        + (truth == nil ? "." : ", dashed lines the true symmetric points."))
  }

  /// What holds all courses within the window, and the intervals at their ends.
  ///
  /// Before it is known that a cell has slopes at all, its estimate may lie anywhere.
  private func range(
    _ found: SearchResult, _ series: [LineSeries], _ window: ClosedRange<Double>
  ) -> ClosedRange<Double>? {
    let values = (series.flatMap(\.y) + series.compactMap(\.level)).filter(window.contains)
    guard let least = values.min(), let most = values.max() else { return nil }
    let last = found.cells.compactMap { $0.points.last?.halfWidth.map(Double.init) }.max() ?? 0
    // An interval that nothing has narrowed is as wide as the window.
    let margin = max(min(2 * last, most - least), 0.15 * (most - least), 1e-6)
    return least - margin...most + margin
  }

  /// The error against what was spent, beside what no method beats, and what was planned.
  func errorAgainstBudget(_ found: SearchResult, _ plan: PlannedCalibration) -> LineChart {
    let known = found.course.filter { $0.pulses > 0 && ($0.deviation ?? 0) > 0 }
    let mean = { (stand: SearchProgress) in Double(stand.pulses) / Double(max(1, stand.cells)) }
    var series: [LineSeries] = []
    let errors = errors(on: found)
    if !errors.isEmpty {
      series.append(
        LineSeries(
          "rms error", x: errors.map(\.pulses), y: errors.map { 100 * $0.error / plan.range },
          style: .lineAndPoints))
    }
    if !known.isEmpty {
      series.append(
        LineSeries(
          "rms standard deviation, as estimated", x: known.map(mean),
          y: known.map { 100 * ($0.deviation ?? 0) / plan.range }, style: .lineAndPoints))
    }
    let ends = series.flatMap(\.x).filter { $0 > 0 }
    let (least, most) = (max(1, ends.min() ?? 1), max(2, ends.max() ?? 2))
    // An error of more than the window is none that one could have.
    let highest = min(100, 1.5 * (series.flatMap(\.y).max() ?? 100))
    series += bounds(plan, from: least, to: most, below: highest)
    let lowest = series.flatMap(\.y).min() ?? 1
    var markers: [Marker] = [
      .horizontal(at: 100 * plan.tolerance / plan.range, label: "tolerance"),
      .vertical(at: Double(plan.expected.pulsesPerCell), label: "expected"),
    ]
    if let allowed = plan.allowed {
      markers.append(.vertical(at: Double(allowed), label: "allowed"))
    }
    return LineChart(
      title: "Error against pulses", x: .logarithmic("Pulses per cell (mean)"),
      y: .logarithmic(
        "Error (% of the window)",
        range: min(lowest, 100 * plan.tolerance / plan.range) / 1.5...highest), series: series,
      markers: markers,
      caption: "c = \(NumberText.significant(plan.array.noiseFactor, digits: 3)) and S = "
        + "\(NumberText.significant(plan.array.slope, digits: 3)) are expected of the device; reads are wrong by r = "
        + "\(NumberText.significant(readError(plan), digits: 3)).")
  }

  /// The bounds of Cramér and Rao (``PulsesErrorStudy``), in percent of the window.
  private func bounds(
    _ plan: PlannedCalibration, from least: Double, to most: Double, below highest: Double
  ) -> [LineSeries] {
    let study = PulsesErrorStudy(plan.array, targets: [], mostPulses: 1)
    let pulses = (0...60).map { least * pow(most / least, Double($0) / 60) }
    return [("bound: c/√N", 0, false), ("bound: √(c²/N + 8r²/(NS)²)", readError(plan), true)].map {
      (label: String, readError: Double, isDashed: Bool) in
      let points = pulses.map { (x: $0, y: 100 * study.bound(pulses: $0, readError: readError)) }
        .filter { $0.y <= highest }
      return LineSeries(label, x: points.map(\.x), y: points.map(\.y), isDashed: isDashed)
    }
  }

  /// The root mean square error over some cells on the way; empty without a truth.
  private func errors(on found: SearchResult) -> [(pulses: Double, error: Double)] {
    guard let truth, let trace = found.trace else { return [] }
    let good = trace.cells.indices.filter {
      truth[trace.cells[$0]] != nil && hasPoint(result.estimates[trace.cells[$0]])
    }
    guard !good.isEmpty else { return [] }
    return zip(found.course.dropFirst(), trace.estimates).map { stand, estimates in
      let sum = good.reduce(0.0) { sum, place in
        let error = Double(estimates[place]) - (truth[trace.cells[place]] ?? 0)
        return sum + error * error
      }
      return (
        Double(stand.pulses) / Double(max(1, stand.cells)),
        (sum / Double(good.count)).squareRoot()
      )
    }
  }

  /// The standard deviation of a read of the search, write noise included.
  private func readError(_ plan: PlannedCalibration) -> Double {
    let averages =
      switch plan.search {
      case let seek as Seek: seek.averages
      case let sweep as Sweep: sweep.averages
      case let mean as ArrayMean: mean.seek.averages
      case let shifting as ZeroShifting: shifting.averages
      default: 1
      }
    let noise = plan.array.response.writeNoise
    return (capabilities.converter.variance(averages: averages) + noise * noise).squareRoot()
  }

  private var halfWidths: HeatMap {
    map(
      "Half width of the 95 % intervals", result.estimates.map { Double($0.halfWidth) },
      "Half width (weight)")
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

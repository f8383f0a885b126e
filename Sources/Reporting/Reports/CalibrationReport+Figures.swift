import DeviceContract
import SymmetricPoint

extension CalibrationReport {
  /// The figures of the run folder, by file name.
  var figures: [(name: String, figure: any Figure)] {
    var figures: [(String, any Figure)] = [
      ("symmetric-point-map", map), ("symmetric-point-histogram", histogram),
    ]
    if let record = result.record { figures.append(("weight-against-pulses", courses(record))) }
    if let search = result.search { figures += self.figures(of: search.found, search.plan) }
    if let truth {
      figures.append(("residual-map", residuals(truth)))
      if let record = result.record {
        figures.append(("error-against-pulses", errorAgainstPulses(truth, record)))
      }
    }
    return figures
  }

  /// The courses of a few cells, evenly taken from the array.
  private func courses(_ record: RelaxationRecord) -> LineChart {
    let count = result.estimates.count
    let chosen = Array(Set((0..<6).map { $0 * max(1, count - 1) / 5 })).sorted()
    let pulses = record.pulses.map(Double.init)
    let columns = result.region.columns.count
    return LineChart(
      title: "Weight against pulses", x: Axis("Pulses per cell", isCount: true),
      y: Axis("Weight (normalised conductance)"),
      series: chosen.map { cell in
        LineSeries(
          "cell (\(cell / columns), \(cell % columns))", x: pulses,
          y: record.states.map { Double($0[cell]) }, style: .lineAndPoints)
      },
      caption: "Mean of the weights before and after the last pulse, at each read.")
  }

  /// Whether a cell has a symmetric point, which a stuck one and one whose point is out of reach have not.
  func hasPoint(_ estimate: SymmetricPointEstimate) -> Bool {
    ![.stuck, .outside].contains(estimate.verdict)
  }

  /// A map over the cells; those without a symmetric point are hatched by the reason.
  func map(
    _ title: String, _ values: [Double], _ label: String, colors: ColorScale = .sequential
  ) -> HeatMap {
    var map = HeatMap(
      title: title, rows: result.region.rows.count, columns: result.region.columns.count,
      values: zip(values, result.estimates).map { hasPoint($1) ? $0 : .nan }, label: label,
      colors: colors)
    map.gaps = [(.stuck, "stuck"), (.outside, "beyond the window")].map {
      (verdict: SymmetricPointEstimate.Verdict, name: String) in
      HeatMap.Gap(
        name, cells: result.estimates.indices.filter { result.estimates[$0].verdict == verdict })
    }
    return map
  }

  private var map: HeatMap {
    map(
      "Symmetric point", estimates.map(Double.init), "Symmetric point (weight)",
      colors: .diverging(center: 0))
  }

  private func residuals(_ truth: [Double?]) -> HeatMap {
    map(
      "Estimate less true symmetric point",
      zip(estimates, truth).map { estimate, point in point.map { Double(estimate) - $0 } ?? .nan },
      "Error (weight)", colors: .diverging(center: 0))
  }

  private var histogram: Histogram {
    let found = result.estimates.filter(hasPoint).map(\.value)
    var distributions = [Histogram.Distribution("estimated", found)]
    if let truth { distributions.insert(.init("true", truth.compactMap { $0 }), at: 0) }
    return Histogram(
      title: "Symmetric points of the array", x: Axis("Symmetric point (weight)"),
      distributions: distributions)
  }

  private func errorAgainstPulses(
    _ truth: [Double?], _ record: RelaxationRecord
  ) -> LineChart {
    let entries = record.pulses.indices.dropFirst()
    let summaries = entries.map { ErrorSummary(states: record.ends[$0], truth: truth) }
    let pulses = entries.map { Double(record.pulses[$0]) }
    return LineChart(
      title: "Error against pulses", x: .logarithmic("Pulses per cell"),
      y: .logarithmic("Error (weight)"),
      series: [
        LineSeries(
          "rms over the cells", x: pulses, y: summaries.map { $0?.rmsError ?? .nan },
          style: .lineAndPoints),
        LineSeries(
          "mean over the cells", x: pulses,
          y: summaries.map { $0.map { abs($0.estimatedMean - $0.trueMean) } ?? .nan },
          style: .lineAndPoints, isDashed: true),
      ])
  }
}

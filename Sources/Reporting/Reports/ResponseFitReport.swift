import Foundation
public import ResponseModels

/// What a fit found, as text and as figures.
public struct ResponseFitReport: Sendable {
  private let fit: ResponseFit
  private let curve: PulseCurve

  /// Tells a fit of a curve.
  public init(_ fit: ResponseFit, of curve: PulseCurve) {
    self.fit = fit
    self.curve = curve
  }

  /// The report for the terminal.
  public var text: String {
    var lines = [
      "\(fit.source): \(fit.upCount) states after up pulses, \(fit.downCount) after down pulses"
    ]
    lines += [quantities.text, candidates.text]
    if let chosen = fit.chosen, !chosen.parameters.isEmpty {
      lines += ["parameters of the \(chosen.shape.rawValue) response (unit of the fit)"]
      lines += [parameters(of: chosen).text]
    }
    lines.append(
      "intervals: 95 %, parametric bootstrap, \(fit.replicates) replicates, seed \(fit.seed)")
    if fit.scale.quantity == .siemens {
      lines.append(
        "unit: weight 0 is \(number(fit.scale.offset)) S, 1 is \(number(fit.scale.unit)) S more")
    }
    for missing in fit.notEnoughData {
      lines.append("not enough data for \(missing.quantity): \(missing.reason)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var quantities: TextTable {
    var table = TextTable(columns: [
      .init("quantity", alignment: .left), .init("value", alignment: .right),
      .init("95 % interval", alignment: .right),
    ])
    let rows: [(String, FitOutcome)] = [
      ("symmetric point", fit.symmetricPoint), ("granularity dw_min", fit.granularity),
      ("mean up step", fit.meanUpStep), ("mean down step", fit.meanDownStep),
      ("step noise", fit.stepNoise), ("step noise / dw_min", fit.relativeStepNoise),
      ("read and write noise", fit.observationNoise),
      ("read and write noise / dw_min", fit.relativeObservationNoise),
    ]
    for (name, outcome) in rows { table.append([name] + cells(outcome.estimate)) }
    if let noise = fit.correlatedNoise, let length = fit.correlationLength {
      table.append(["noise that lasts over pulses"] + cells(noise))
      table.append(["pulses that it lasts"] + cells(length))
    }
    return table
  }

  private var candidates: TextTable {
    var table = TextTable(columns: [
      .init("response", alignment: .left), .init("below the best", alignment: .right),
      .init("± standard error", alignment: .right), .init("", alignment: .left),
    ])
    for candidate in fit.candidates {
      table.append([
        candidate.shape.rawValue, candidate.scoreBelowBest.map(number) ?? "",
        candidate.scoreStandardError.map(number) ?? "",
        candidate.failure ?? (candidate.shape == fit.chosenShape ? "chosen" : ""),
      ])
    }
    return table
  }

  private func parameters(of candidate: ResponseCandidate) -> TextTable {
    var table = TextTable(columns: [
      .init("parameter", alignment: .left), .init("value", alignment: .right),
      .init("95 % interval", alignment: .right),
    ])
    for parameter in candidate.parameters {
      table.append([parameter.name] + cells(parameter.estimate))
    }
    return table
  }

  private func cells(_ estimate: Estimate?) -> [String] {
    guard let estimate else { return ["not enough data", ""] }
    return [number(estimate.value), "\(number(estimate.low)) to \(number(estimate.high))"]
  }

  private func number(_ value: Double) -> String { String(format: "%.4g", value) }

  /// Mean steps of both directions over the state, with the symmetric point and its interval; nil
  /// without a response.
  public var responseFigure: LineChart? {
    guard let chosen = fit.chosen else { return nil }
    let states = (0...120).map { fit.low + (fit.high - fit.low) * Double($0) / 120 }
    var series: [LineSeries] = []
    if chosen.up != nil {
      series.append(LineSeries("up", x: states, y: states.map { fit.upStep(at: $0) ?? .nan }))
    }
    if chosen.down != nil {
      series.append(
        LineSeries(
          "down", x: states, y: states.map { fit.downStep(at: $0) ?? .nan }, isDashed: true))
    }
    var markers: [Marker] = []
    if let point = fit.symmetricPoint.estimate {
      markers.append(
        .vertical(
          at: point.value, label: "symmetric point", interval: point.low...point.high))
    }
    return LineChart(
      title: "Mean step of a pulse", x: Axis("Weight (normalised conductance)"),
      y: Axis("Mean step (weight)"), series: series, markers: markers,
      caption: "\(fit.source): \(chosen.shape.rawValue) response; the band is the 95 % interval.")
  }

  /// The measured states against pulses.
  public var curveFigure: LineChart {
    let isWeight = fit.scale.quantity == .weight
    return LineChart(
      title: "Measured states", x: Axis("Pulse of the run", isCount: true),
      y: isWeight ? Axis("Weight (normalised conductance)") : Axis("Conductance", unit: "S"),
      series: curve.branches.enumerated().map { index, branch in
        let name = branch.direction == .up ? "up" : "down"
        return LineSeries(
          curve.branches.count > 2 ? "\(name), run \(index + 1)" : name, y: branch.states,
          isDashed: branch.direction == .down)
      }, caption: fit.source)
  }
}

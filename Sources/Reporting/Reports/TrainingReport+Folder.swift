import AnalogTraining
import Calibration
import DeviceContract
import PulseLedger

extension TrainingReport {
  /// Writes the record, the maps and the figures into a run folder.
  public func write(to folder: RunFolder) throws {
    for (number, layer) in layers.enumerated() {
      let (rows, columns) = (layer.region.rows.count, layer.region.columns.count)
      func map<Element: NPYElement>(_ name: String, _ values: [Element]) throws {
        try folder.write(
          try NPYWriter.encode(values, rows: rows, columns: columns),
          to: "maps/layer\(number + 1)-\(name).npy")
      }
      try map("tracked-point", layer.estimates)
      try map("tracked-point-spread", layer.spreads)
      try map("pulses-up", layer.counts.up)
      try map("pulses-down", layer.counts.down)
      if let truth = layer.truth { try map("true-point", truth.map { Float($0 ?? .nan) }) }
    }
    for (number, weights) in result.trainer.weights.enumerated() {
      try folder.write(
        try NPYWriter.encode(weights.values, rows: weights.rows, columns: weights.columns),
        to: "maps/layer\(number + 1)-weights.npy")
    }
    try folder.write(try courseTable().text, to: "epochs.csv")
    if let reference { try folder.writeJSON(reference, to: ReferenceMap.fileName) }
    for (name, figure) in figures { try folder.write(figure.svg(), to: "figures/\(name).svg") }
    try folder.writeJSON(record, to: RunFolder.recordName)
  }

  private func courseTable() throws -> CSVTable {
    var table = CSVTable(
      columns: [
        "epoch", "steps", "loss", "accuracy", "pulses_fast", "pulses_slow", "tracking_rms",
        "tracking_correlation",
      ].map { .init($0) })
    for (place, epoch) in result.trainer.epochs.enumerated() {
      let tracking = course.indices.contains(place) ? course[place] : nil
      try table.append([
        .integer(epoch.epoch), .integer(epoch.steps), epoch.loss.map { .number($0) } ?? .missing,
        epoch.accuracy.map { .number($0) } ?? .missing,
        epoch.pulses.first.map { .integer($0.all) } ?? .missing,
        slowArray > 0 ? .integer(epoch.pulses[slowArray].all) : .missing,
        tracking.map { .number($0.rms) } ?? .missing,
        tracking.map { .number($0.correlation) } ?? .missing,
      ])
    }
    return table
  }

  /// The figures, by file name.
  var figures: [(name: String, figure: any Figure)] {
    let epochs = result.trainer.epochs.filter { $0.steps > 0 }
    let numbers = epochs.map { Double($0.epoch) }
    var figures: [(String, any Figure)] = [
      (
        "training-loss",
        LineChart(
          title: "Training loss", x: Axis("Epoch", isCount: true),
          y: .logarithmic("Mean cross-entropy of the epoch"),
          series: [LineSeries("loss", x: numbers, y: epochs.map { $0.loss ?? .nan })])
      ),
      (
        "test-accuracy",
        LineChart(
          title: "Test accuracy", x: Axis("Epoch", isCount: true),
          y: Axis("Test images classified rightly (%)"),
          series: [
            LineSeries("accuracy", x: numbers, y: epochs.map { 100 * ($0.accuracy ?? .nan) })
          ])
      ),
      (
        "pulses-per-epoch",
        LineChart(
          title: "Pulses of each epoch", x: Axis("Epoch", isCount: true),
          y: .logarithmic("Pulses"),
          series: (epochs.first?.pulses ?? []).indices.map { array in
            LineSeries(
              name(of: array), x: numbers,
              y: epochs.map { Double($0.pulses[array].all) })
          })
      ),
    ]
    let pairs = layers.map(\.pairs)
    guard pairs.contains(where: { !$0.isEmpty }) else { return figures }
    figures.append(("tracked-points", tracked(pairs)))
    let errors = course.map { $0?.rms ?? .nan }
    figures.append(
      (
        "tracking-error",
        LineChart(
          title: "Error of the tracked symmetric points", x: Axis("Epoch", isCount: true),
          y: Axis("rms of tracked less true (weight)"),
          series: [
            LineSeries("pulsed cells", x: errors.indices.map { Double($0 + 1) }, y: errors)
          ], caption: "Over the cells that were pulsed by then.")
      ))
    return figures
  }

  private func tracked(_ pairs: [[(estimate: Double, truth: Double)]]) -> LineChart {
    let points = pairs.joined().map(\.truth)
    let ends = [points.min() ?? 0, points.max() ?? 0]
    var series = pairs.enumerated().map { number, pairs in
      LineSeries(
        "layer \(number + 1)", x: pairs.map(\.truth), y: pairs.map(\.estimate), style: .points)
    }
    series.append(LineSeries("as true", x: ends, y: ends, isDashed: true))
    return LineChart(
      title: "Tracked against true symmetric points",
      x: Axis("True symmetric point (weight)"), y: Axis("Tracked symmetric point (weight)"),
      series: series,
      caption: "One point a cell of the fast array that was pulsed, at the end of the training.")
  }
}

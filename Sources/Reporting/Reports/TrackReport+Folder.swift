import Calibration
import DeviceContract

extension TrackReport {
  /// Writes the record, the maps and the figures into a run folder.
  public func write(to folder: RunFolder) throws {
    let (rows, columns) = (map.region.rows.count, map.region.columns.count)
    for form in ReferenceExport.Form.allCases where form != .json {
      try folder.write(
        try ReferenceExport.encode(map, as: form), to: "maps/symmetric-point.\(form.rawValue)")
    }
    try folder.write(
      try NPYWriter.encode(
        map.cells.map { $0.halfWidth ?? .nan }, rows: rows, columns: columns),
      to: "maps/half-width.npy")
    try folder.write(
      try NPYWriter.encode(counts.up, rows: rows, columns: columns), to: "maps/pulses-up.npy")
    try folder.write(
      try NPYWriter.encode(counts.down, rows: rows, columns: columns), to: "maps/pulses-down.npy")
    if let truth {
      try folder.write(
        try NPYWriter.encode(truth.map { Float($0 ?? .nan) }, rows: rows, columns: columns),
        to: "maps/true-point.npy")
    }
    for (name, figure) in figures { try folder.write(figure.svg(), to: "figures/\(name).svg") }
    // What other commands begin from comes last: where it is, all is there.
    try folder.writeJSON(map, to: ReferenceMap.fileName)
    try folder.writeJSON(record, to: RunFolder.recordName)
  }

  /// The figures, by file name.
  var figures: [(name: String, figure: any Figure)] {
    let pulses = checks.map { Double($0.pulses) }
    var series = [
      LineSeries(
        "half-width of the median cell", x: pulses, y: checks.map { $0.medianHalfWidth ?? .nan },
        style: .lineAndPoints)
    ]
    if truth != nil {
      series.append(
        LineSeries(
          "rms error", x: pulses, y: checks.map { $0.error ?? .nan }, style: .lineAndPoints))
    }
    var figures: [(String, any Figure)] = [
      (
        "tracking-course",
        LineChart(
          title: "Tracked symmetric points over pulses", x: Axis("Pulses of the tile"),
          y: .logarithmic("Weight"), series: series,
          markers: checks.filter { $0.alarm != nil }.map {
            .vertical(at: Double($0.pulses), label: "alarm")
          })
      ),
      (
        "tracked-map",
        HeatMap(
          title: "Tracked symmetric points", rows: map.region.rows.count,
          columns: map.region.columns.count, values: map.values.map { Double($0 ?? .nan) },
          label: "Symmetric point (weight)")
      ),
    ]
    let pairs = pairs
    if !pairs.isEmpty {
      let ends = [pairs.map(\.truth).min() ?? 0, pairs.map(\.truth).max() ?? 0]
      figures.append(
        (
          "tracked-points",
          LineChart(
            title: "Tracked against true symmetric points",
            x: Axis("True symmetric point (weight)"), y: Axis("Tracked symmetric point (weight)"),
            series: [
              LineSeries(
                "cells", x: pairs.map(\.truth), y: pairs.map(\.estimate), style: .points,
                uncertainty: .init(
                  lower: pairs.map { $0.estimate - $0.halfWidth },
                  upper: pairs.map { $0.estimate + $0.halfWidth }, style: .bars)),
              LineSeries("as true", x: ends, y: ends, isDashed: true),
            ], caption: "Bars are 95 % intervals.")
        ))
    }
    return figures
  }
}

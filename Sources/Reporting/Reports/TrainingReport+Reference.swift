import AnalogTraining
public import Calibration
import DeviceContract
import Foundation
import SymmetricPoint

extension TrainingReport {
  /// The points that the rules have tracked, as other commands take them; nil where nothing was tracked.
  ///
  /// Only cells that were pulsed in both directions have one. What their spreads hold is what the tracker says; `tare
  /// track` says more of the same pulses.
  public var reference: ReferenceMap? {
    guard let first = layers.first else { return nil }
    let rows = layers.map(\.region.rows).reduce(first.region.rows) {
      min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
    }
    let columns = layers.map(\.region.columns).reduce(first.region.columns) {
      min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
    }
    let region = CellRegion(tile: first.region.tile, rows: rows, columns: columns)
    var cells = Array(
      repeating: ReferenceMap.Cell(value: nil, halfWidth: nil, verdict: .priorOnly, pulses: 0),
      count: region.count)
    for layer in layers {
      for row in layer.region.rows {
        for column in layer.region.columns {
          let place = layer.region.offset(row: row, column: column)
          let (up, down) = (layer.counts.up[place], layer.counts.down[place])
          let spread = layer.spreads[place]
          let hasPoint = up > 0 && down > 0 && spread.isFinite
          cells[region.offset(row: row, column: column)] = ReferenceMap.Cell(
            value: hasPoint ? layer.estimates[place] : nil,
            halfWidth: hasPoint ? 1.96 * spread : nil,
            verdict: hasPoint ? .budget : .priorOnly, pulses: Int(up) + Int(down))
        }
      }
    }
    return ReferenceMap(
      device: device, region: region,
      method: run.settings["algorithm"].map { "train-" + $0 } ?? "train",
      run: run.id.uuidString, stoppedBy: result.stoppedBy?.explanation, cells: cells)
  }
}

import Calibration
import Foundation
import PhysicalUnits

/// What something costs in one case, as plans tell it.
struct CostCase: Encodable, Sendable {
  let pulsesPerCell, pulses, reads, halfSelectExposures: Int
  let deviceTimeSeconds, energyJoules: Double

  init(_ cost: CalibrationCost) {
    (pulsesPerCell, pulses, reads) = (cost.pulsesPerCell, cost.pulses, cost.reads)
    halfSelectExposures = cost.exposures
    (deviceTimeSeconds, energyJoules) = (cost.time.value, cost.energy.value)
  }

  /// The best, the expected and the worst case side by side.
  ///
  /// - Parameters:
  ///   - name: what the pulses of one cell are those of.
  ///   - reads: what reads are counted in.
  static func table(
    _ cases: [CostCase], ofCell name: String, reads: String = "reads of the array"
  ) -> String {
    var table = TextTable(columns: [
      .init("plan", alignment: .left), .init("best", alignment: .right),
      .init("expected", alignment: .right), .init("worst", alignment: .right),
    ])
    for (name, path) in [
      (name, \CostCase.pulsesPerCell), ("pulses", \.pulses),
      (reads, \.reads), ("half-select exposures", \.halfSelectExposures),
    ] {
      table.append([name] + cases.map { "\($0[keyPath: path])" })
    }
    for (name, path, unit) in [
      ("time on the device", \CostCase.deviceTimeSeconds, "s"), ("energy", \.energyJoules, "J"),
    ] {
      table.append(
        [name] + cases.map { EngineeringNotation.format($0[keyPath: path], unit: unit, digits: 3) })
    }
    return table.text
  }
}

import DeviceContract
import PhysicalUnits
public import PulseLedger

/// What a calibration would cost, as `--dry-run` tells it.
///
/// Zero-shifting fires a fixed number of pulses, so best and worst case differ only in the energy,
/// which depends on the conductances.
public struct CalibrationPlan: Encodable, Sendable {
  let schema = "tare-plan"
  let version = 1
  let pulsesUp, pulsesDown, pulses, pulsesPerCellMost, reads, halfSelectExposures: Int
  let deviceTimeSeconds, energyJoulesBest, energyJoulesExpected, energyJoulesWorst: Double

  /// The plan behind a quote.
  public init(quote: PulseQuote) {
    pulsesUp = quote.pulses.up
    pulsesDown = quote.pulses.down
    pulses = quote.pulses.all
    pulsesPerCellMost = quote.perCell
    reads = quote.reads
    halfSelectExposures = quote.exposures
    deviceTimeSeconds = quote.time.value
    energyJoulesBest = quote.leastEnergy.value
    energyJoulesExpected = quote.expectedEnergy.value
    energyJoulesWorst = quote.mostEnergy.value
  }

  /// The plan as a table.
  public var text: String {
    var table = TextTable(columns: [
      .init("plan", alignment: .left), .init("best", alignment: .right),
      .init("expected", alignment: .right), .init("worst", alignment: .right),
    ])
    for (name, count) in [
      ("pulses", pulses), ("pulses of one cell", pulsesPerCellMost), ("reads", reads),
      ("half-select exposures", halfSelectExposures),
    ] {
      table.append([name, "\(count)", "\(count)", "\(count)"])
    }
    let time = EngineeringNotation.format(deviceTimeSeconds, unit: "s", digits: 4)
    table.append(["time on the device", time, time, time])
    table.append(
      ["energy"]
        + [energyJoulesBest, energyJoulesExpected, energyJoulesWorst].map {
          EngineeringNotation.format($0, unit: "J", digits: 3)
        })
    return table.text + "nothing was fired\n"
  }
}

import DeviceContract
import PhysicalUnits
public import PulseLedger

/// What a calibration would cost, as `--dry-run` tells it, and the limits that it is held against.
public struct CalibrationPlan: Encodable, Sendable {
  let schema = "tare-plan"
  let version = 1
  let pulsesUp, pulsesDown, pulses, pulsesPerCellMost, reads: Int
  let halfSelectExposuresBest, halfSelectExposures, halfSelectExposuresWorst: Int
  let deviceTimeSecondsBest, deviceTimeSeconds, deviceTimeSecondsWorst: Double
  let energyJoulesBest, energyJoulesExpected, energyJoulesWorst: Double
  /// Every limit in force, against the worst case.
  let limits: [LimitVerdict]
  /// Whether the worst case is within all limits.
  let fits: Bool

  /// The plan behind a quote.
  public init(quote: PulseQuote, limits: [LimitVerdict] = []) {
    pulsesUp = quote.pulses.up
    pulsesDown = quote.pulses.down
    pulses = quote.pulses.all
    pulsesPerCellMost = quote.perCell
    reads = quote.reads
    halfSelectExposuresBest = quote.leastExposures
    halfSelectExposures = quote.exposures
    halfSelectExposuresWorst = quote.mostExposures
    deviceTimeSecondsBest = quote.leastTime.value
    deviceTimeSeconds = quote.time.value
    deviceTimeSecondsWorst = quote.mostTime.value
    energyJoulesBest = quote.leastEnergy.value
    energyJoulesExpected = quote.expectedEnergy.value
    energyJoulesWorst = quote.mostEnergy.value
    self.limits = limits
    fits = limits.allSatisfy(\.fits)
  }

  /// The plan as a table, and below it the limits.
  public var text: String {
    var table = TextTable(columns: [
      .init("plan", alignment: .left), .init("best", alignment: .right),
      .init("expected", alignment: .right), .init("worst", alignment: .right),
    ])
    for (name, counts) in [
      ("pulses", [pulses, pulses, pulses]),
      ("pulses of one cell", [pulsesPerCellMost, pulsesPerCellMost, pulsesPerCellMost]),
      ("reads", [reads, reads, reads]),
      (
        "half-select exposures",
        [halfSelectExposuresBest, halfSelectExposures, halfSelectExposuresWorst]
      ),
    ] {
      table.append([name] + counts.map { "\($0)" })
    }
    table.append(
      ["time on the device"]
        + [deviceTimeSecondsBest, deviceTimeSeconds, deviceTimeSecondsWorst].map {
          EngineeringNotation.format($0, unit: "s", digits: 4)
        })
    table.append(
      ["energy"]
        + [energyJoulesBest, energyJoulesExpected, energyJoulesWorst].map {
          EngineeringNotation.format($0, unit: "J", digits: 3)
        })
    return table.text + (limits.isEmpty ? "" : "\n" + LimitTable.text(limits))
      + "nothing was fired\n"
  }
}

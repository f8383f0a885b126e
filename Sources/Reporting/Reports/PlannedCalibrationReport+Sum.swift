import PhysicalUnits

extension PlannedCalibrationReport {
  /// What several plans cost together: on devices of their own, so that only the longest time is waited for.
  struct Sum: Encodable, Sendable {
    let best, expected, worst: CostCase
    /// The time of the longest one, which is that of all if none waits for another one.
    let longestSecondsExpected: Double

    /// - Returns: nil for no plans.
    init?(_ plans: [PlannedCalibrationReport]) {
      guard !plans.isEmpty else { return nil }
      best = CostCase(sumOf: plans.map(\.best))
      expected = CostCase(sumOf: plans.map(\.expected))
      worst = CostCase(sumOf: plans.map(\.worst))
      longestSecondsExpected = plans.map(\.expected.deviceTimeSeconds).max() ?? 0
    }

    /// The sums as a table.
    var text: String {
      var table = TextTable(columns: [
        .init("plan", alignment: .left), .init("best", alignment: .right),
        .init("expected", alignment: .right), .init("worst", alignment: .right),
      ])
      let cases = [best, expected, worst]
      for (name, path) in [
        ("pulses", \CostCase.pulses), ("reads of arrays", \.reads),
        ("half-select exposures", \.halfSelectExposures),
      ] {
        table.append([name] + cases.map { "\($0[keyPath: path])" })
      }
      for (name, path, unit) in [
        ("time on the devices", \CostCase.deviceTimeSeconds, "s"), ("energy", \.energyJoules, "J"),
      ] {
        table.append(
          [name]
            + cases.map { EngineeringNotation.format($0[keyPath: path], unit: unit, digits: 3) })
      }
      return table.text
    }
  }
}

extension CostCase {
  init(sumOf cases: [CostCase]) {
    pulsesPerCell = cases.map(\.pulsesPerCell).max() ?? 0
    pulses = cases.reduce(0) { $0 + $1.pulses }
    reads = cases.reduce(0) { $0 + $1.reads }
    halfSelectExposures = cases.reduce(0) { $0 + $1.halfSelectExposures }
    deviceTimeSeconds = cases.reduce(0) { $0 + $1.deviceTimeSeconds }
    energyJoules = cases.reduce(0) { $0 + $1.energyJoules }
  }
}

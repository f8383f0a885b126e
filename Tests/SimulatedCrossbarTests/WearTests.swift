import DeviceContract
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct WearTests {
  /// Half of the cells are worn out at the median life; 4,096 cells, 4.5 standard errors are 3.5 %.
  @Test func cellsWearOutAroundTheirLife() async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    try settings.set("endurance", to: "1000")
    let device = try SimulatedCrossbar(settings)
    let region = device.capabilities.whole()
    func fire(_ count: Int) async throws {
      _ = try await device.apply(
        PulseTrain(
          region: region, pattern: .uniform(.up, count: count),
          shape: device.capabilities.nominalShape, cause: .manual))
    }
    try await fire(1000)
    let before = try await device.states(of: region)
    let odometer = try await device.odometer(of: region)
    #expect(odometer == CellCounts(cells: region.count, up: 1000))
    try await fire(10)
    let after = try await device.states(of: region)
    let stuck = Double(zip(before, after).count { $0 == $1 }) / 4096
    #expect(abs(stuck - 0.5) < 0.05, "\(stuck)")
  }

  /// A cell stops moving at its last pulse, in the middle of a train as between two.
  @Test func lifeEndsAtAPulseAndNotAtATrain() async throws {
    var states: [[Float]] = []
    for parts in [[250], Array(repeating: 1, count: 250), [99, 1, 1, 149]] {
      var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("ecram")))
      try settings.set("endurance", to: "100")
      let device = try SimulatedCrossbar(settings)
      let region = device.capabilities.whole()
      for count in parts {
        _ = try await device.apply(
          PulseTrain(
            region: region, pattern: .uniform(.up, count: count),
            shape: device.capabilities.nominalShape, cause: .manual))
      }
      states.append(try await device.states(of: region))
      // Pulses on a worn cell are still pulses.
      #expect(
        try await device.odometer(of: region) == CellCounts(cells: region.count, up: 250))
    }
    #expect(states[0] == states[1] && states[0] == states[2])
  }

  @Test func exposuresAreThoseOfTheContract() async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns) = (5, 7)
    let device = try SimulatedCrossbar(settings)
    let train = PulseTrain(
      region: CellRegion(rows: 1..<3, columns: 2..<4), pattern: .uniform(.up, count: 9),
      shape: device.capabilities.nominalShape, scheme: .halfVoltage, cause: .manual)
    _ = try await device.apply(train)
    let expected = HalfSelectExposures(of: train, rows: 5, columns: 7)
    let found = try await device.exposures(of: device.capabilities.whole())
    for row in 0..<5 {
      for column in 0..<7 {
        #expect(
          Int(found[row * 7 + column]) == expected.count(row: Row(row), column: Column(column)))
      }
    }
    // Two rows with five and two columns with three other cells, nine times.
    #expect(found.reduce(0, +) == 144)
  }

  @Test func otherPulsesThanTheMeasuredOneAreRefused() async throws {
    let device = try SimulatedCrossbar(
      SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise"))))
    var shape = device.capabilities.nominalShape
    shape.amplitude = shape.amplitude + Volts(0.3)
    let train = PulseTrain(
      region: device.capabilities.whole(), pattern: .uniform(.up, count: 1), shape: shape,
      cause: .manual)
    let error = await #expect(throws: DeviceError.self) { try await device.apply(train) }
    #expect(error?.code == .refused && error?.explanation.contains("1.5 V") == true)
  }
}

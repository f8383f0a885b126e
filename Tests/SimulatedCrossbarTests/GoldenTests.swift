import DeviceContract
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct GoldenTests {
  /// 600 pulses on 16 cells, each state within 1e-6 of the reference.
  @Test(arguments: GoldenTrajectory.names)
  func noiseFreeStepsAgree(name: String) async throws {
    let golden = try GoldenTrajectory(name)
    var settings = SimulatorSettings(device: golden.device)
    settings.noise = false
    settings.cells = golden.cells
    let device = try SimulatedCrossbar(settings)
    let region = device.capabilities.whole()
    let program: [PulseTrain.Pattern] = [
      .uniform(.up, count: 200), .uniform(.down, count: 200), .alternating(pairs: 100),
    ]
    var states: [[Float]] = []
    for pattern in program {
      let receipt = try await device.apply(
        PulseTrain(
          region: region, pattern: pattern, shape: device.capabilities.nominalShape,
          reads: .init(everySteps: 1), cause: .characterize))
      states += receipt.readings.map(\.weights)
    }
    #expect(states.count == 600)
    var worst: Float = 0
    for (pulse, expected) in zip(golden.file.at ?? [], golden.file.w ?? []) {
      for (found, wanted) in zip(states[pulse - 1], expected) {
        worst = max(worst, abs(found - wanted))
      }
    }
    for (pulse, wanted) in (golden.file.cell00 ?? []).enumerated() {
      worst = max(worst, abs(states[pulse][0] - wanted))
    }
    #expect(golden.file.at?.isEmpty == false)
    #expect(worst <= 1e-6, "largest difference \(worst)")
  }

  @Test(arguments: [1.0, 0.5])
  func decayAgrees(strength: Double) async throws {
    let golden = try GoldenTrajectory("decay_ConstantStep")
    var settings = SimulatorSettings(device: golden.device)
    settings.noise = false
    settings.cells = golden.cells
    let device = try SimulatedCrossbar(settings)
    let region = device.capabilities.whole()
    try await device.setStates(golden.file.w_start, of: region)
    let expected = strength == 1 ? golden.file.w_alpha1 : golden.file.w_alpha05
    #expect((expected?.count ?? 0) >= 10)
    for wanted in expected ?? [] {
      try await device.undergo(.decay(strength: strength))
      for (found, wanted) in zip(try await device.states(of: region), wanted) {
        #expect(abs(found - wanted) <= 1e-6)
      }
    }
  }
}

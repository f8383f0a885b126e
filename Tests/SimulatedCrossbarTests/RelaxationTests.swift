import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

/// What happens to cells without pulses, over 4,096 cells where chance is involved.
@Suite struct RelaxationTests {
  private func device(_ change: (inout DeviceModel) -> Void) throws -> SimulatedCrossbar {
    var model = DeviceModel(.softBounds)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (5, -5, 0, 0)
    change(&model)
    var settings = SimulatorSettings(device: DeviceDescription(name: "relaxing", model: model))
    settings.seed = 21
    return try SimulatedCrossbar(settings)
  }

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / count
    let squares = values.reduce(0.0) { $0 + pow(Double($1) - mean, 2) }
    return (mean, (squares / count).squareRoot())
  }

  /// A random walk of nine calls: standard deviation three times the rate.
  ///
  /// The spread of 4,096 cells is
  /// known to 1.1 %; 4.5 of that are 5 % (false alarm 7e-6).
  @Test func diffusionIsARandomWalk() async throws {
    let device = try device { $0.diffusion = 0.01 }
    for _ in 0..<9 { try await device.undergo(.diffuse) }
    let found = moments(try await device.states(of: device.capabilities.whole()))
    #expect(abs(found.deviation / 0.03 - 1) < 0.05)
    #expect(abs(found.mean) < 4.5 * 0.03 / 64)
  }

  /// A reset leaves the mean state, the spread of cells and the noise of the reset in quadrature.
  @Test func resetLeavesItsState() async throws {
    let device = try device {
      ($0.reset, $0.resetDtod, $0.resetStd) = (0.3, 0.03, 0.04)
    }
    let region = device.capabilities.whole()
    try await device.setStates(Array(repeating: 2, count: region.count), of: region)
    try await device.undergo(.reset)
    let first = try await device.states(of: region)
    let found = moments(first)
    #expect(abs(found.mean - 0.3) < 4.5 * 0.05 / 64)
    #expect(abs(found.deviation / 0.05 - 1) < 0.05)
    // A second reset draws the noise anew and keeps the cells: correlation 0.03² / 0.05² = 0.36.
    try await device.undergo(.reset)
    let second = try await device.states(of: region)
    let product = zip(first, second).reduce(0.0) { $0 + Double($1.0 - 0.3) * Double($1.1 - 0.3) }
    #expect(abs(product / 4096 / 0.0025 - 0.36) < 4.5 * 1.1 / 64)
  }

  /// Drift: w (t / t0)^-nu since the cell was written; a cell that is written starts anew.
  @Test func driftIsAPowerLaw() async throws {
    let device = try device { $0.driftNu = 0.1 }
    let region = device.capabilities.whole()
    try await device.setStates(Array(repeating: 0.8, count: region.count), of: region)
    try await device.undergo(.drift(seconds: 0))
    try await device.undergo(.drift(seconds: 100))
    for state in try await device.states(of: region) {
      #expect(abs(Double(state) - 0.8 * pow(100, -0.1)) < 1e-6)
    }
    try await device.undergo(.drift(seconds: 900))
    for state in try await device.states(of: region) {
      #expect(abs(Double(state) - 0.8 * pow(1000, -0.1)) < 1e-6)
    }
    let cell = CellRegion.cell(row: 0, column: 0)
    try await device.setStates([0.5], of: cell)
    try await device.undergo(.drift(seconds: 50))
    try await device.undergo(.drift(seconds: 10))
    #expect(abs(Double(try await device.states(of: cell)[0]) - 0.5 * pow(10, -0.1)) < 1e-6)
  }

  /// Decay: after n calls a share (1 - 1/lifetime)^n of the distance is left.
  @Test func decayIsExponential() async throws {
    let device = try device { $0.lifetime = 20 }
    let region = device.capabilities.whole()
    try await device.setStates(Array(repeating: 1, count: region.count), of: region)
    for _ in 0..<40 { try await device.undergo(.decay(strength: 1)) }
    for state in try await device.states(of: region) {
      #expect(abs(Double(state) - pow(0.95, 40)) < 1e-5)
    }
  }

  @Test func devicesWithoutRelaxationStayWhereTheyAre() async throws {
    let device = try device { $0.resetStd = 0 }
    let region = device.capabilities.whole()
    try await device.setStates(Array(repeating: 0.25, count: region.count), of: region)
    try await device.undergo(.decay(strength: 1))
    try await device.undergo(.diffuse)
    try await device.undergo(.drift(seconds: 1e6))
    #expect(try await device.states(of: region).allSatisfy { $0 == 0.25 })
  }

  /// Setting weights keeps them between the bounds of each cell, and refuses what is no weight.
  @Test func statesAreHeldBetweenTheBounds() async throws {
    let device = try device { _ in }
    let region = CellRegion.cell(row: 3, column: 4)
    try await device.setStates([9], of: region)
    #expect(try await device.states(of: region) == [5])
    for wrong in [[Float.nan], [], [1, 2]] {
      await #expect(throws: DeviceError.self) { try await device.setStates(wrong, of: region) }
    }
  }
}

@Suite struct PulseProgramTests {
  @Test func readsEveryStep() throws {
    let program = try PulseProgram(
      parsing: "up:2, down:3,alternate:5,decay:4,diffuse:1,drift:2 ms,reset")
    #expect(
      program.steps == [
        .pulses(.up, count: 2), .pulses(.down, count: 3), .alternating(count: 5),
        .event(.decay(strength: 1), count: 4), .event(.diffuse, count: 1),
        .event(.drift(seconds: 0.002), count: 1), .event(.reset, count: 1),
      ])
  }
}

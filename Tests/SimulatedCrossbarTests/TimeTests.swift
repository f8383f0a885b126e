import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import Testing

@testable import SimulatedCrossbar

/// States that relax in the time of the device.
@Suite struct TimeTests {
  private func device(
    rate: Double, tiles: Int = 1, change: (inout SimulatorSettings) -> Void = { _ in }
  ) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.tiles) = (4, 5, tiles)
    (settings.noise, settings.relaxation) = (false, rate)
    change(&settings)
    return try SimulatedCrossbar(settings)
  }

  /// The time of reads and of pulses on other tiles counts for all of them; a read sees the states at its beginning.
  @Test func statesRelaxWhileOthersAreReadAndPulsed() async throws {
    let rate = 40.0
    let device = try device(rate: rate, tiles: 2)
    let (first, second) = (device.capabilities.whole(), device.capabilities.whole(tile: 1))
    for region in [first, second] {
      try await device.setStates(Array(repeating: 0.5, count: region.count), of: region)
    }
    for _ in 0..<3 {
      let clock = try await device.history().clock.value
      let reading = try await device.read(ReadRequest(region: second, averages: 5))
      #expect(abs(Double(reading.weights[7]) - 0.5 * exp(-rate * clock)) < 1e-6)
      _ = try await device.apply(
        PulseTrain(
          region: .cell(row: 0, column: 0), pattern: .uniform(.up, count: 100),
          shape: device.capabilities.nominalShape, scheme: .isolated, cause: .manual))
    }
    let clock = try await device.history().clock.value
    #expect(rate * clock > 0.01)
    for region in [first, second] {
      let states = try await device.states(of: region)
      // Asking twice takes no time.
      #expect(try await device.states(of: region) == states)
      #expect(abs(Double(states[7]) - 0.5 * exp(-rate * clock)) < 1e-6)
    }
  }

  /// Zero-shifting ends where pulses and relaxation balance: `lambda / (S / 2 + lambda)` of the way from the symmetric
  /// point to rest, for a rate of lambda a slot and slopes that add up to S.
  @Test func zeroShiftingIsDrawnToRest() async throws {
    let period = try device(rate: 1).capabilities.nominalShape.period.seconds.value
    let lambda = 1e-4
    let relaxing = try self.device(rate: lambda / period)
    let region = relaxing.capabilities.whole()
    _ = try await relaxing.apply(
      PulseTrain(
        region: region, pattern: .alternating(pairs: 10_000),
        shape: relaxing.capabilities.nominalShape, cause: .manual))
    let states = try await relaxing.states(of: region)
    let points = try await relaxing.symmetricPoints(of: region)
    let cells = try await relaxing.hiddenParameters(of: region).cells
    for cell in states.indices {
      let point = try #require(points[cell])
      let (up, down) = (cells[cell].dwminUp, cells[cell].dwminDown)
      let slopes = up / cells[cell].maxBound - down / cells[cell].minBound
      let rest = cells[cell].resetBias
      let expected = point - lambda / (slopes / 2 + lambda) * (point - rest)
      // The state after a down pulse is half a step below the middle, and what is quadratic in step and rate.
      #expect(abs(Double(states[cell]) - expected) < 0.75 * down + 1e-3 * abs(point - rest))
    }
  }

  @Test func aChipIsMadeWithItsOptions() async throws {
    let scratch = try Scratch()
    func chip(_ disturb: String, _ relaxation: String) throws -> SimulatedCrossbar {
      try device(rate: 0) {
        $0.state = scratch.path("chip")
        do {
          try $0.set("half_select_disturb", to: disturb)
          try $0.set("relaxation", to: relaxation)
        } catch { Issue.record(error) }
      }
    }
    _ = try chip("0.001", "20")
    _ = try chip("1e-3", "20")
    for (disturb, relaxation, name) in [
      ("0.002", "20", "half_select_disturb"), ("0.001", "0", "relaxation"),
    ] {
      let error = #expect(throws: StateFileError.self) { try chip(disturb, relaxation) }
      #expect(error?.code == .otherChip && error?.explanation.contains(name) == true)
    }
    for wrong in ["-1", "2", "x"] {
      var settings = try chipSettings()
      #expect(throws: ModelError.self) { try settings.set("half_select_disturb", to: wrong) }
    }
  }
}

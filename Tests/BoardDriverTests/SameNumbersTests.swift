import BoardDriver
import BoardTransport
import DeviceContract
import PulseLedger
import SimulatedCrossbar
import SymmetricPoint
import Testing
import VirtualBoard
import WireProtocol

/// What is measured through a board is what is measured on the simulator inside it, to the last bit.
@Suite struct SameNumbersTests {
  static func search(_ device: any PulseDevice) async throws -> ([Float], CellCounts) {
    let metered = MeteredDevice(device)
    let region = device.capabilities.whole()
    let result = try await ZeroShifting(.stochastic, pulses: 40, seed: 5, checkpoints: 4).run(
      on: metered, region: region)
    if let stop = result.stoppedBy { throw stop }
    let cyclic = try await ZeroShifting(.cyclic, pulses: 60, seed: 5, checkpoints: 4).run(
      on: metered, region: region)
    if let stop = cyclic.stoppedBy { throw stop }
    return (
      result.estimates.map(\.value) + cyclic.estimates.map(\.value),
      try await device.odometer(of: region)
    )
  }

  @Test(arguments: BoardBench.Line.all)
  func seedForSeed(line: BoardBench.Line) async throws {
    let settings = try BoardBench.settings()
    let expected = try await Self.search(try SimulatedCrossbar(settings))
    let bench = try await BoardBench(line, settings)
    let device = try await bench.connect()
    let found = try await Self.search(device)
    #expect(found.0 == expected.0)
    #expect(found.1 == expected.1)
    await device.close()
    await bench.server.stop()
  }

  /// Products too, in both directions: there are more sums than a frame of answers holds.
  @Test func productsAreThoseOfTheSimulator() async throws {
    let settings = try BoardBench.settings(rows: 90, columns: 70)
    let simulator = try SimulatedCrossbar(settings)
    let bench = try await BoardBench(.usual, settings)
    let device = try await bench.connect()
    let region = CellRegion(tile: 1, rows: 2..<88, columns: 1..<70)
    let train = PulseTrain(
      region: region, pattern: .uniform(.up, count: 9),
      shape: simulator.capabilities.nominalShape, cause: .manual)
    _ = try await simulator.apply(train)
    _ = try await device.apply(train)
    for transposed in [false, true, false] {
      let inputs = (0..<(transposed ? 86 : 69)).map { Float($0 % 17 - 8) / 8 }
      #expect(
        try await device.multiply(region, by: inputs, transposed: transposed)
          == (try await simulator.multiply(region, by: inputs, transposed: transposed)))
    }
    await device.close()
    await bench.server.stop()
  }

  /// A line that drops, flips and doubles bytes costs time and nothing else.
  @Test(arguments: [0.0005, 0.002], [UInt64(1), 2])
  func aBadLineChangesNoNumber(chance: Double, seed: UInt64) async throws {
    let settings = try BoardBench.settings()
    let expected = try await Self.search(try SimulatedCrossbar(settings))
    var faults = BoardFaults()
    (faults.drop, faults.flip, faults.duplicate) = (chance, chance, chance)
    (faults.truncate, faults.seed) = (chance, seed)
    let bench = try await BoardBench(.usual, settings, faults: faults)
    let device = try await bench.connect()
    let found = try await Self.search(device)
    #expect(found.0 == expected.0)
    #expect(found.1 == expected.1)
    let statistics = await device.statistics
    print("SameNumbersTests: seed \(seed), chance \(chance): \(statistics)")
    #expect(statistics.damaged > 0)
    await device.close()
    await bench.server.stop()
  }
}

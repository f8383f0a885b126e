import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint
import Testing

@testable import Calibration

/// States written into simulated cells by write-verify.
@Suite struct WriteVerifyTests {
  /// A simulated array, and the write that is made for it.
  struct Bench {
    let simulator: SimulatedCrossbar
    let device: MeteredDevice
    let region: CellRegion
    let expected: ResponseExpectation
    var write: WriteVerify

    init(
      _ preset: String, seed: UInt64 = 1, side: Int = 16, tolerance: Double = 0.01,
      limits: LimitSet = .unlimited, options: [(String, String)] = []
    ) throws {
      var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
      (settings.rows, settings.columns, settings.seed) = (side, side, seed)
      for (name, value) in options { try settings.set(name, to: value) }
      simulator = try SimulatedCrossbar(settings)
      device = MeteredDevice(simulator, limits: limits)
      region = simulator.capabilities.whole()
      expected = try #require(ResponseExpectation(of: settings.device))
      let aim = tolerance * expected.range
      write = WriteVerify(
        expected, tolerance: aim,
        averages: WriteVerify.averages(
          tolerance: aim, expected: expected, converter: simulator.capabilities.converter),
        mostPulses: WriteVerify.mostPulsesUnasked(expected))
    }

    func run(_ targets: [Float?]) async throws -> WrittenCells {
      let found = try await write.run(on: device, region: region, targets: targets)
      // Nothing is said of pulses that is not on the books, and all of them are for this cause.
      let counts = await device.counts(of: region, cause: .program)
      #expect(found.cells.map(\.pulses) == zip(counts.up, counts.down).map { Int($0 + $1) })
      #expect(await device.account.totals.all == counts.totals.all)
      return found
    }

    /// The true symmetric points, where they are within the middle part of the window.
    func points() async throws -> [Float?] {
      let window = expected.window
      let middle = (window.lowerBound + window.upperBound) / 2
      return try await simulator.symmetricPoints(of: region).map { point in
        point.flatMap { abs($0 - middle) < 0.35 * expected.range ? Float($0) : nil }
      }
    }
  }

  static func describe(_ found: WrittenCells) -> String {
    let verdicts = WrittenCells.Verdict.allCases.map { ($0, found.count(of: $0)) }
      .filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
    let pulses = Double(found.cells.reduce(0) { $0 + $1.pulses }) / Double(found.cells.count)
    return "\(pulses) pulses a cell, \(found.reads) reads, rms "
      + "\(found.rmsResidual(of: [.reached]) ?? .nan); \(verdicts)"
  }

  /// Quiet cells and curved ones reach their symmetric points; their true states are there, and not only their reads.
  ///
  /// A read is wrong by a fifth of the tolerance at most (one standard deviation), so that the state of a cell that was
  /// seen within it is within twice of it but for one in a million.
  @Test(arguments: [
    ("low-noise", 0.01, 1.3), ("low-noise", 0.003, 1.3), ("ecram", 0.01, 1.3),
    ("reram-es", 0.02, 8.0),
  ])
  func cellsReachTheirTargets(preset: String, tolerance: Double, most: Double) async throws {
    let seed: UInt64 = 20_261
    print("WriteVerifyTests.cellsReachTheirTargets(\(preset), \(tolerance)): seed \(seed)")
    let bench = try Bench(preset, seed: seed, tolerance: tolerance)
    let targets = try await bench.points()
    let start = try await bench.simulator.read(ReadRequest(region: bench.region)).weights
    let found = try await bench.run(targets)
    print("  " + Self.describe(found))
    let wanted = targets.count { $0 != nil }
    #expect(found.count(of: .left) == targets.count - wanted)
    #expect(found.count(of: .reached) >= wanted * 98 / 100)
    #expect(found.cells.allSatisfy { $0.target != nil || $0.pulses == 0 })
    if bench.expected.writeNoise == 0 {
      let states = try await bench.simulator.states(of: bench.region)
      for (cell, state) in zip(found.cells, states) where cell.verdict == .reached {
        #expect(abs(state - (cell.target ?? 0)) <= 2 * Float(found.tolerance))
      }
    }
    // No ping-pong: little more than the way that straight lines ask for.
    let way = bench.write.pulses(from: start, to: targets).reduce(0) { $0 + abs($1) }
    let spent = found.cells.reduce(0) { $0 + $1.pulses }
    #expect(Double(spent) <= most * Double(way), "\(spent) pulses for a way of \(way)")
  }
}

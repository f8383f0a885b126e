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

  /// Steps of a quarter of the window, with write noise: each pulse is a new throw, and there is an end of throwing.
  @Test(arguments: ["reram-hfo2", "reram-sb"]) func noisyCellsComeToAnEnd(preset: String)
    async throws
  {
    let seed: UInt64 = 20_262
    print("WriteVerifyTests.noisyCellsComeToAnEnd(\(preset)): seed \(seed)")
    let bench = try Bench(preset, seed: seed, tolerance: 0.01)
    let found = try await bench.run(Array(repeating: 0.2, count: bench.region.count))
    print("  " + Self.describe(found))
    for cell in found.cells where cell.verdict == .reached {
      #expect(abs(cell.residual ?? 1) <= Float(found.tolerance))
    }
    #expect(found.count(of: .reached) + found.count(of: .near) >= 250)
    #expect(found.count(of: .stuck) + found.count(of: .outOfReach) <= 3)
  }

  /// A cell that answers nothing is told from one that stands at its bound, and neither is pulsed to the last.
  @Test func stuckCellsAndBoundsAreNamed() async throws {
    let seed: UInt64 = 20_263
    print("WriteVerifyTests.stuckCellsAndBoundsAreNamed: seed \(seed)")
    let bench = try Bench(
      "low-noise", seed: seed, options: [("corrupt_devices_prob", "0.05")])
    let truth = try await bench.simulator.symmetricPoints(of: bench.region)
    // Beyond the bounds of every third cell, which are at most 3 spreads of 0.3 from -0.8 and 1.2.
    let targets = truth.indices.map { cell -> Float? in
      cell % 3 != 0 ? truth[cell].map { Float($0) } ?? 0.7 : cell % 2 == 0 ? 2.4 : -2
    }
    let found = try await bench.run(targets)
    print("  " + Self.describe(found))
    for (cell, point) in zip(found.cells.indices, truth) {
      let verdict = found.cells[cell].verdict
      if point == nil {
        #expect(verdict == .stuck)
      } else {
        #expect(verdict == (cell % 3 == 0 ? .outOfReach : .reached), "cell \(cell)")
      }
    }
    let most = found.cells.filter { $0.verdict == .stuck }.map(\.pulses).max() ?? 0
    // A fifth of the window and the question the other way.
    #expect(most <= bench.write.mostPulses / 4, "\(most) of \(bench.write.mostPulses)")
  }

  /// One cell in a hundred that gets nowhere holds up none of the others.
  @Test func nobodyWaitsForCellsThatGetNowhere() async throws {
    let bench = try Bench("low-noise", seed: 20_270, side: 32)
    var targets = try await bench.points()
    for (place, cell) in stride(from: 0, to: targets.count, by: 100).enumerated() {
      // From far beyond to a little beyond, so that some seem to get there for long.
      targets[cell] = place % 2 == 0 ? 2.4 : -1.4 - 0.03 * Float(place)
    }
    let found = try await bench.run(targets)
    print("WriteVerifyTests.nobodyWaitsForCellsThatGetNowhere: " + Self.describe(found))
    let others = found.cells.indices.filter { $0 % 100 != 0 && targets[$0] != nil }
    #expect(others.count { found.cells[$0].verdict == .reached } >= others.count * 99 / 100)
    #expect(found.count(of: .budget) <= 12)
    #expect(found.reads < 90)
  }

  /// Not a pulse more than a cell may have, and no refusal on the way where the limits are just that.
  @Test(arguments: [1, 7, 150]) func budgetsAreKeptToThePulse(most: Int) async throws {
    let limits = try LimitSet([
      LimitSource("--budget", try PulseBudget(parsing: "\(most)/cell,\(256 * most)").limits)
    ])
    var bench = try Bench("low-noise", seed: 20_264, limits: limits)
    let targets = try await bench.points()
    let allowed = try await bench.device.mostPulses(
      upTo: bench.write.mostPulses, on: bench.region
    ) { [bench] count in
      var write = bench.write
      write.mostPulses = count
      return write.worst(
        on: bench.region, Array(repeating: 0, count: 256), of: bench.device.capabilities)
    }
    #expect(allowed == most)
    bench.write.mostPulses = allowed
    let found = try await bench.run(targets)
    #expect(found.stoppedBy == nil)
    #expect(found.cells.allSatisfy { $0.pulses <= most })
    #expect(await bench.device.account.refusals == 0)
    for cell in found.cells where cell.verdict == .budget { #expect(cell.pulses == most) }
    if most < 150 { #expect(found.count(of: .budget) > 128) }
    // One more for each cell is refused before the first pulse.
    bench.write.mostPulses = most + 1
    let before = await bench.device.account.totals
    let greedy = bench
    await #expect(throws: DeviceError.self) {
      try await greedy.write.run(on: greedy.device, region: greedy.region, targets: targets)
    }
    #expect(await bench.device.account.totals == before)
  }

  /// A board that knows no count maps gets the same pulses by trains of their own: what each has is the same to the pulse.
  @Test func boardsWithoutCountMapsWriteTheSame() async throws {
    let (one, other) = (
      try Bench("low-noise", seed: 5, side: 8), try Bench("low-noise", seed: 5, side: 8)
    )
    let targets = try await one.points()
    let whole = try await one.run(targets)
    let plain = Recorder(other.simulator, kinds: [.uniform])
    let found = try await other.write.run(
      on: MeteredDevice(plain), region: other.region, targets: targets)
    #expect(found == whole)
    #expect(await plain.trains.allSatisfy { $0.kind == .uniform && $0.region.rows.count == 1 })
  }

  /// Cells come to their ends together: what is half-selected after its last pulse is much less than where each cell
  /// is brought to its target as soon as possible.
  @Test func finishedCellsAreLeftInPeace() async throws {
    let seed: UInt64 = 20_265
    let bench = try Bench("low-noise", seed: seed)
    let recorder = Recorder(bench.simulator, kinds: bench.simulator.capabilities.trainKinds)
    let targets = try await bench.points()
    let found = try await bench.write.run(
      on: MeteredDevice(recorder), region: bench.region, targets: targets)
    let (all, late) = Self.exposures(await recorder.trains, bench)
    // The same pulses, row after row, each row to its end.
    let pulses = found.cells.map { $0.pulses }
    let columns = bench.region.columns.count
    var serial: [PulseTrain] = []
    for row in 0..<16 {
      let counts = pulses[row * columns..<(row + 1) * columns].map { Int16($0) }
      serial.append(
        PulseTrain(
          region: CellRegion(rows: Row(row)..<Row(row + 1), columns: bench.region.columns),
          pattern: .counts(counts), shape: bench.device.capabilities.nominalShape, cause: .program))
    }
    let (_, naive) = Self.exposures(serial, bench)
    print("WriteVerifyTests.finishedCellsAreLeftInPeace: \(late) of \(all); row by row \(naive)")
    // Row by row, half of all that columns feel comes after the last pulse of a cell. Together, no more than the last
    // round or two, and corrections.
    #expect(Double(late) < 0.15 * Double(all))
    #expect(Double(late) < 0.35 * Double(naive))
  }

  /// Exposures of all cells, and those of cells that have had their last pulse.
  private static func exposures(_ trains: [PulseTrain], _ bench: Bench) -> (all: Int, late: Int) {
    let columns = bench.region.columns.count
    var last = [Int](repeating: -1, count: bench.region.count)
    for (number, train) in trains.enumerated() {
      guard case .counts(let counts) = train.pattern else { continue }
      let first = train.region.rows.lowerBound.index * columns
      for (place, count) in counts.enumerated() where count != 0 { last[first + place] = number }
    }
    var (all, late) = (0, 0)
    for (number, train) in trains.enumerated() {
      bench.device.capabilities.exposures(of: train)?.forEach { row, column, count in
        all += count
        if last[row * columns + column] < number { late += count }
      }
    }
    return (all, late)
  }

  /// What neighbours do to cells that are done is seen in the next read, and made good.
  @Test(arguments: ["0.001", "0.01"]) func disturbedCellsAreBroughtBack(disturb: String)
    async throws
  {
    let seed: UInt64 = 20_268
    print("WriteVerifyTests.disturbedCellsAreBroughtBack(\(disturb)): seed \(seed)")
    let bench = try Bench("low-noise", seed: seed, options: [("half_select_disturb", disturb)])
    let targets = try await bench.points()
    let found = try await bench.run(targets)
    print("  " + Self.describe(found))
    let wanted = targets.count { $0 != nil }
    #expect(found.count(of: .reached) >= wanted * 98 / 100)
    let states = try await bench.simulator.states(of: bench.region)
    for (cell, state) in zip(found.cells, states) where cell.verdict == .reached {
      #expect(abs(state - (cell.target ?? 0)) <= 2 * Float(found.tolerance))
    }
  }

  /// A device that fails in the middle: what was done stands, and the cells that were not there are said to be.
  @Test func aFailureLeavesWhatWasDone() async throws {
    let bench = try Bench("low-noise", seed: 20_269, side: 8)
    let targets = try await bench.points()
    let broken = Recorder(bench.simulator, kinds: [.counts], mostTrains: 20)
    let device = MeteredDevice(broken)
    let found = try await bench.write.run(on: device, region: bench.region, targets: targets)
    #expect(found.stoppedBy?.code == .faulted)
    let counts = await device.counts(of: bench.region)
    #expect(found.cells.map(\.pulses) == zip(counts.up, counts.down).map { Int($0 + $1) })
    #expect(found.count(of: .budget) > 0)
    // Those that are said to be there are.
    let states = try await bench.simulator.states(of: bench.region)
    for (cell, state) in zip(found.cells, states) where cell.verdict == .reached {
      #expect(abs(state - (cell.target ?? 0)) <= 2 * Float(found.tolerance))
    }
  }

  /// Rows with more pulses go first, those without none.
  @Test func rowsAreOrderedByTheirPulses() {
    #expect(WriteVerify.order(of: [1, -1, 0, 0, 3, -4, -2, 0], columns: 2) == [2, 0, 3])
  }

  /// The plan stands on a read: what was expected comes out within a quarter, and the worst is not exceeded.
  @Test func whatItCostsIsKnownBefore() async throws {
    let seed: UInt64 = 20_266
    let bench = try Bench("low-noise", seed: seed, options: [("dw_min_dtod", "0.3")])
    let targets = try await bench.points()
    let states = try await bench.device.read(ReadRequest(region: bench.region)).weights
    let expected = bench.write.cost(
      from: states, to: targets, on: bench.region, of: bench.device.capabilities)
    let worst = bench.write.worst(on: bench.region, targets, of: bench.device.capabilities)
    let found = try await bench.run(targets)
    let spent = found.cells.reduce(0) { $0 + $1.pulses }
    let account = await bench.device.account
    print(
      "WriteVerifyTests.whatItCostsIsKnownBefore: \(spent) of \(expected.pulses), exposures "
        + "\(account.exposures) of \(expected.exposures), time \(account.time) of \(expected.time), "
        + "reads \(found.reads) of \(expected.reads)")
    #expect((0.75...1.25).contains(Double(spent) / Double(expected.pulses)))
    #expect((0.5...1.5).contains(Double(account.exposures) / Double(expected.exposures)))
    #expect(account.exposures <= worst.mostExposures && account.time <= worst.mostTime)
    #expect(found.cells.allSatisfy { $0.pulses <= worst.perCell })
  }
}

/// A simulator that notes its trains, and may know fewer kinds of them.
actor Recorder: PulseDevice {
  nonisolated let capabilities: Capabilities
  private let simulator: SimulatedCrossbar
  private(set) var trains: [PulseTrain] = []

  private let mostTrains: Int

  /// - Parameter mostTrains: those after which it fails.
  init(
    _ simulator: SimulatedCrossbar, kinds: Set<PulseTrain.Kind>, mostTrains: Int = .max
  ) {
    (self.simulator, self.mostTrains) = (simulator, mostTrains)
    var capabilities = simulator.capabilities
    capabilities.trainKinds = kinds
    self.capabilities = capabilities
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    guard trains.count < mostTrains else {
      throw DeviceError(code: .faulted, explanation: "it failed after \(mostTrains) trains")
    }
    trains.append(train)
    return try await simulator.apply(train)
  }
  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await simulator.read(request)
  }
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await simulator.odometer(of: region)
  }
  func park() async {}
}

import DeviceContract
import PhysicalUnits
import PulseLedger
import SimulatedCrossbar
import Testing

@testable import SymmetricPoint

/// In which order cells are pulsed, and by how many trains.
@Suite struct SeekRowsTests {
  /// Where slots cost more than reads a row has one polarity a round after the probe, and cells that waited are served.
  @Test func cellsOfARowSwingTogether() {
    var cells = RereadTests.Cells(64)
    let geometry = SeekGeometry(columns: 16, scheme: .isolated, slotTime: 1, readTime: 1e-9)
    var work = SeekWork(
      Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000), readings: cells.read(),
      readVariance: 4e-6, geometry: geometry)
    var (waited, mixed, rounds) = (Array(repeating: false, count: 64), 0, 0)
    var (waits, again) = (0, 0)
    while let pulses = work.next() {
      for row in 0..<4 {
        let some = pulses[row * 16..<(row + 1) * 16]
        mixed += some.contains { $0 > 0 } && some.contains { $0 < 0 } ? 1 : 0
      }
      again += pulses.indices.count { work.waits[$0] && waited[$0] }
      waits += work.waits.count { $0 }
      waited = work.waits
      cells.fire(pulses)
      work.take(cells.read(), after: pulses)
      rounds += 1
    }
    // A cell whose lines are learnt anew while it waits may want the other polarity: one in ten at most does.
    print("SeekRowsTests: \(waits) waits, \(again) again, in \(rounds) rounds")
    #expect(mixed == 0)
    #expect(waits > 64 && again <= waits / 10)
    #expect(work.progress.done == 64)
  }

  /// Slots of two polarities are saved where they cost more than reads, as where a burst is long.
  ///
  /// A fifth less time and a tenth fewer exposures is usual; a tenth and a twentieth less is asked of one array.
  @Test func noisyCellsTakeLessTimeTogether() async throws {
    let seed: UInt64 = 1
    var found: [(time: Double, exposures: Double)] = []
    for isAligned in [false, true] {
      let subject = try await Subject(
        "reram-sb", rows: 8, seed: seed,
        options: [quietReads, ("reference_mean", "-0.2"), ("reference_std", "0.3")])
      var search = Seek(.softBounds, tolerance: 0.08, averages: 1, mostPulses: 10_000)
      search.isAligned = isAligned
      let outcome = try await Outcome(search, on: subject)
      let exposures = try await subject.simulator.exposures(of: subject.region)
      let time = try await subject.simulator.history().clock.value
      print("SeekRowsTests: seed \(seed), \(isAligned): \(outcome), \(time) s")
      // A pulse, since with another order other noise is drawn and the number of pulses differs by a fifth.
      let pulses = outcome.pulses * Double(subject.region.count)
      found.append((time / pulses, Double(exposures.reduce(0) { $0 + Int($1) }) / pulses))
    }
    #expect(found[1].time <= 0.9 * found[0].time)
    #expect(found[1].exposures <= 0.95 * found[0].exposures)
  }

  /// The most pulses end a search, and no number of rounds.
  @Test func longSearchesGoOnToTheirLastPulse() {
    var cells = RereadTests.Cells(4)
    var search = Seek(.lowNoise(), tolerance: 1e-5, mostPulses: 6_000)
    // Bursts of few pulses.
    search.stride = 0.001
    search.swing = 0.0005
    var work = SeekWork(search, readings: cells.read(), readVariance: 4e-6)
    var rounds = 0
    while let pulses = work.next() {
      cells.fire(pulses)
      work.take(cells.read(), after: pulses)
      rounds += 1
    }
    #expect(rounds > 1_000)
    #expect(work.spent.allSatisfy { $0 == 6_000 })
  }

  @Test func rectanglesCoverACountMap() throws {
    let region = CellRegion(rows: 2..<6, columns: 3..<8)
    let counts = [
      4, 4, 4, 0, -4,
      4, 4, 4, 0, -4,
      4, 4, 2, 2, -4,
      0, 0, 2, 2, 7,
    ]
    let parts = region.rectangles(of: counts)
    var covered = Array(repeating: 0, count: 20)
    for (part, count) in parts {
      for row in part.rows {
        for column in part.columns { covered[region.offset(row: row, column: column)] += count }
      }
    }
    #expect(covered == counts)
    // Two rows of three fours, two fours below, the column of -4, the square of twos, the seven.
    #expect(parts.count == 5)
    #expect(region.rectangles(of: Array(repeating: 0, count: 20)).isEmpty)
  }

  /// A board that fires regions alone.
  private actor RegionBoard: PulseDevice {
    nonisolated let capabilities: Capabilities
    private let simulator: SimulatedCrossbar
    private(set) var trains = 0

    init(_ simulator: SimulatedCrossbar) {
      self.simulator = simulator
      var capabilities = simulator.capabilities
      capabilities.trainKinds = [.uniform]
      self.capabilities = capabilities
    }

    func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
      trains += 1
      return try await simulator.apply(train)
    }
    func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
      try await simulator.read(request)
    }
    func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
      try await simulator.odometer(of: region)
    }
    func park() async { await simulator.park() }
  }

  @Test func aBoardWithoutCountMapsFiresRegions() async throws {
    let subject = try await Subject(
      "low-noise", rows: 8, columns: 8, seed: 3, options: [quietReads])
    let board = RegionBoard(subject.simulator)
    var search = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000, scheme: .isolated)
    let result = try await search.run(
      on: MeteredDevice(board), region: subject.region, progress: { _ in })
    let trains = await board.trains
    print("SeekRowsTests: \(trains) trains, \(result.reads) reads")
    #expect(result.count(of: .converged) >= 62)
    // One a cell and round would be twice as many as there are: the probe is one train for all, and bursts on the way
    // are equally long.
    #expect(trains < 64 * 9)
    // The probe alone.
    search.mostPulses = 12
    let other = try await Subject("low-noise", rows: 8, columns: 8, seed: 3, options: [quietReads])
    let fresh = RegionBoard(other.simulator)
    _ = try await search.run(on: MeteredDevice(fresh), region: other.region, progress: { _ in })
    let probes = await fresh.trains
    #expect(probes == 2)
  }
}

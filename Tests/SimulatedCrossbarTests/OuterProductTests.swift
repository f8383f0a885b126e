import DeviceContract
import PhysicalUnits
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import Testing

/// Outer products leave out what does not fire, and put cells of many vectors side by side: a count map, for which all
/// cells are gone through in their vectors, must come to the same bits.
@Suite struct OuterProductTests {
  private static let seed: UInt64 = 31
  private static let region = CellRegion(
    tile: 1, rows: Row(2)..<Row(21), columns: Column(5)..<Column(68))

  private static func device(
    _ model: DeviceModel, threads: Int = 1, state: String? = nil
  ) throws -> SimulatedCrossbar {
    var description = DeviceDescription(try Preset.named("low-noise"))
    description.model = model
    var settings = SimulatorSettings(device: description)
    (settings.tiles, settings.rows, settings.columns) = (2, 23, 70)
    (settings.threads, settings.state, settings.endurance) = (threads, state, 9)
    return try SimulatedCrossbar(settings)
  }

  /// Trains of which few, some and all columns fire, and few rows or all.
  private static func trains(
    on device: SimulatedCrossbar, slots: Int
  ) -> [PulseTrain] {
    var random = RandomStream(seed: seed, stream: UInt64(slots))
    func lines(_ count: Int, part: Double) -> [BitLine] {
      (0..<count).map { _ in
        let isNegative = random.integer(below: 2) == 1
        return BitLine(
          isNegative: isNegative, slots: (0..<slots).filter { _ in random.uniform() < part })
      }
    }
    return [(0.1, 0.05), (0.2, 0.3), (1, 1), (0.5, 0.02), (0.05, 0.9), (0, 0.5), (0.3, 0.1)].map {
      device.train(
        .outerProduct(
          rowLines: lines(region.rows.count, part: $0.0),
          columnLines: lines(region.columns.count, part: $0.1), slots: slots), on: region)
    }
  }

  @Test(arguments: KernelTests.models)
  func oneSlotIsACountMapOfOnes(model: DeviceModel) async throws {
    let (device, other) = (try Self.device(model), try Self.device(model, threads: 2))
    for train in Self.trains(on: device, slots: 1) {
      let counts = try #require(train.signedCounts).values.map { Int16($0) }
      let (one, map) = (
        try await device.apply(train),
        try await other.apply(device.train(.counts(counts), on: Self.region))
      )
      #expect(one.fired == map.fired && one.energy == map.energy, "seed \(Self.seed)")
    }
    let whole = device.capabilities.whole(tile: 1)
    #expect(try await device.states(of: whole) == (try await other.states(of: whole)))
    #expect(try await device.odometer(of: whole) == (try await other.odometer(of: whole)))
  }

  /// A train that is cut into its slots leaves the same cells: 1,040 slots are more than the kernels add up at once.
  @Test(arguments: [31, 70, 1040])
  func slotsFollowEachOther(slots: Int) async throws {
    let model = try Preset.named("reram-sb").model
    let (device, other) = (try Self.device(model), try Self.device(model))
    for train in Self.trains(on: device, slots: slots) {
      let whole = try await device.apply(train)
      var sum = 0.0
      var (fired, rest) = (PulseTotals(), [train])
      while let part = rest.first {
        // Cuts that fall together with nothing.
        let cut = min(37, part.steps)
        let receipt = try await other.apply(part.first(steps: cut))
        fired += receipt.fired
        sum += receipt.energy?.value ?? 0
        rest = part.rest(after: cut)
      }
      #expect(fired == whole.fired)
      // Sums of numbers above 0 in another order: some thousand roundings of single precision.
      let energy = whole.energy?.value ?? 0
      #expect(abs(sum - energy) <= 1e-4 * energy)
    }
    let whole = device.capabilities.whole(tile: 1)
    #expect(try await device.states(of: whole) == (try await other.states(of: whole)))
    #expect(try await device.odometer(of: whole) == (try await other.odometer(of: whole)))
  }

  @Test func exposuresInMemoryAreThoseOfAFile() async throws {
    let scratch = try Scratch()
    let model = try Preset.named("reram-sb").model
    let device = try Self.device(model)
    let file = try Self.device(model, state: scratch.path("chip"))
    for (place, train) in Self.trains(on: device, slots: 5).enumerated() {
      var train = train
      train.scheme = BiasScheme.allCases[place % BiasScheme.allCases.count]
      _ = try await device.apply(train)
      _ = try await file.apply(train)
    }
    for tile in 0..<2 {
      let whole = device.capabilities.whole(tile: Tile(tile))
      let felt = try await device.exposures(of: whole)
      #expect(felt == (try await file.exposures(of: whole)))
      #expect(felt.contains { $0 > 0 } == (tile == 1))
    }
    let part = CellRegion(tile: 1, rows: 3..<9, columns: 60..<70)
    #expect(try await device.exposures(of: part) == (try await file.exposures(of: part)))
  }
}

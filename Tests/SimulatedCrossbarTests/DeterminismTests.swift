import DeviceContract
import PhysicalUnits
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct DeterminismTests {
  private func device(threads: Int = 1, seed: UInt64 = 4) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-sb")))
    (settings.rows, settings.columns) = (40, 50)
    (settings.threads, settings.seed) = (threads, seed)
    return try SimulatedCrossbar(settings)
  }

  private func train(
    _ pattern: PulseTrain.Pattern, on device: SimulatedCrossbar, _ region: CellRegion? = nil
  ) -> PulseTrain {
    PulseTrain(
      region: region ?? device.capabilities.whole(), pattern: pattern,
      shape: device.capabilities.nominalShape, cause: .manual)
  }

  /// Everything that can be seen of a device after some trains.
  private func run(threads: Int) async throws -> ([Float], Reading, Joules?) {
    let device = try device(threads: threads)
    let receipt = try await device.apply(train(.alternating(pairs: 150), on: device))
    _ = try await device.apply(
      train(.uniform(.up, count: 77), on: device, CellRegion(rows: 3..<39, columns: 1..<49)))
    let whole = device.capabilities.whole()
    let reading = try await device.read(ReadRequest(region: whole, averages: 3))
    return (try await device.states(of: whole), reading, receipt.energy)
  }

  @Test func theSameBitsOnAnyNumberOfThreads() async throws {
    let one = try await run(threads: 1)
    for threads in [2, 3, 7, 64] {
      let many = try await run(threads: threads)
      #expect(many.0 == one.0 && many.1 == one.1 && many.2 == one.2, "\(threads) threads")
    }
  }

  @Test func theSameBitsInAnyOrderOfUnrelatedTrains() async throws {
    let parts = [
      CellRegion(rows: 0..<11, columns: 0..<50), CellRegion(rows: 11..<40, columns: 0..<23),
      CellRegion(rows: 11..<40, columns: 23..<50),
    ]
    var states: [[Float]] = []
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
      let device = try device()
      for part in order {
        _ = try await device.apply(
          train(.uniform(.up, count: 10 + part), on: device, parts[part]))
        _ = try await device.read(ReadRequest(region: parts[part]))
      }
      states.append(try await device.states(of: device.capabilities.whole()))
    }
    #expect(states[0] == states[1] && states[0] == states[2])
  }

  @Test func theSameBitsHoweverATrainIsSplit() async throws {
    let whole = try device(), split = try device()
    _ = try await whole.apply(train(.uniform(.down, count: 101), on: whole))
    for count in [1, 2, 3, 5, 40, 50] {
      _ = try await split.apply(train(.uniform(.down, count: count), on: split))
    }
    let region = whole.capabilities.whole()
    #expect(try await whole.states(of: region) == split.states(of: region))
    let request = ReadRequest(region: region)
    #expect(try await whole.read(request) == split.read(request))
  }

  @Test func anotherSeedGivesOtherCellsAndOtherNoise() async throws {
    let first = try device(seed: 1), second = try device(seed: 2)
    let region = first.capabilities.whole()
    #expect(try await first.hiddenParameters(of: region) != second.hiddenParameters(of: region))
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-sb")))
    settings.cells = try await first.hiddenParameters(of: region)
    var states: [[Float]] = []
    for seed in [1, 2] {
      settings.seed = UInt64(seed)
      let device = try SimulatedCrossbar(settings)
      _ = try await device.apply(train(.uniform(.up, count: 5), on: device))
      states.append(try await device.states(of: region))
    }
    #expect(zip(states[0], states[1]).count { $0 == $1 } < 20)
  }

  /// Weight of a cell, two bounds, two steps, reference, two pulse counters, exposures and samples.
  @Test func aCellTakesAtMost64Bytes() {
    let arrays = 6 * MemoryLayout<Float>.size + 4 * MemoryLayout<UInt32>.size
    #expect(arrays <= 64)
  }
}

import DeviceContract
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// A simulator of two tiles of 4 x 6 cells, and trains on it.
struct Bench {
  let simulator: SimulatedCrossbar
  let region: CellRegion

  init() throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("ecram")))
    (settings.tiles, settings.rows, settings.columns) = (2, 4, 6)
    simulator = try SimulatedCrossbar(settings)
    region = simulator.capabilities.whole()
  }

  var capabilities: Capabilities { simulator.capabilities }

  /// Half-select exposures by the device's own count.
  func felt() async throws -> [UInt32] { try await simulator.exposures(of: region) }

  func train(
    _ pattern: PulseTrain.Pattern, on region: CellRegion? = nil, cause: Cause = .calibrate
  ) -> PulseTrain {
    PulseTrain(
      region: region ?? self.region, pattern: pattern,
      shape: simulator.capabilities.nominalShape, cause: cause)
  }

  /// A metered device under limits that one authority sets.
  func metered(
    lifetime: [TileHistory] = [], journal: any PulseJournal = MemoryJournal(),
    _ set: (inout Limits) -> Void
  ) throws -> MeteredDevice {
    MeteredDevice(
      simulator, limits: try Bench.limits(set), lifetime: lifetime, journal: journal)
  }

  static func limits(_ set: (inout Limits) -> Void) throws -> LimitSet {
    var limits = Limits()
    set(&limits)
    return try LimitSet([LimitSource("the bench", limits)])
  }

  /// Pulses that the device has had by its own count.
  func odometer() async throws -> Int {
    var sum = 0
    for tile in 0..<2 {
      sum += try await simulator.odometer(of: simulator.capabilities.whole(tile: Tile(tile)))
        .totals.all
    }
    return sum
  }

  /// Expects a refusal that tells its facts and fires nothing.
  func expectRefusal(
    _ code: DeviceError.Code, of trains: [PulseTrain], by device: MeteredDevice,
    telling facts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await odometer()
    let error = await #expect(throws: DeviceError.self, sourceLocation: sourceLocation) {
      try await device.apply(trains)
    }
    let text = error?.explanation ?? ""
    #expect(error?.code == code && error?.fired == 0...0, "\(text)", sourceLocation: sourceLocation)
    for fact in facts + ["nothing was fired", "left"] {
      #expect(text.contains(fact), "\"\(fact)\" in: \(text)", sourceLocation: sourceLocation)
    }
    #expect(try await odometer() == before, sourceLocation: sourceLocation)
  }
}

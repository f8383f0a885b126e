import DeviceContract
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Synchronization
import Testing

/// What a device that holds pulses to limits itself is told of them.
@Suite struct EnvelopeTests {
  struct EnforcingDevice: EnvelopeEnforcing {
    final class Told: Sendable {
      let envelopes = Mutex<[PulseEnvelope]>([])
    }

    let simulator: SimulatedCrossbar
    let told = Told()
    var failure: DeviceError?
    var capabilities: Capabilities { simulator.capabilities }

    func enforce(_ envelope: PulseEnvelope) async throws(DeviceError) {
      if let failure { throw failure }
      told.envelopes.withLock { $0.append(envelope) }
    }
    func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
      #expect(!told.envelopes.withLock { $0.isEmpty }, "a train came before the limits")
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

  static func device() throws -> EnforcingDevice {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns) = (4, 4)
    return EnforcingDevice(simulator: try SimulatedCrossbar(settings))
  }

  static func train(for device: EnforcingDevice) -> PulseTrain {
    PulseTrain(
      region: .cell(row: 0, column: 0), pattern: .uniform(.up, count: 3),
      shape: device.capabilities.nominalShape, scheme: .halfVoltage, cause: .manual)
  }

  /// The tightest of all authorities, once, before the first train.
  @Test func theDeviceIsToldTheTightestLimitsOnce() async throws {
    let device = try Self.device()
    let shape = device.capabilities.nominalShape
    let volts = shape.amplitude.magnitude.value
    var board = Limits()
    (board.amplitude, board.rate) = (Volts(volts * 3), Hertz(1e9))
    var user = Limits()
    (user.amplitude, user.width) = (Volts(volts * 2), .milliseconds(5))
    user.voltageTime = VoltSeconds(volts)
    let metered = MeteredDevice(
      device, limits: try LimitSet([LimitSource("board", board), LimitSource("user", user)]))
    let train = Self.train(for: device)
    _ = try await metered.apply(train)
    _ = try await metered.apply(train)
    let told = device.told.envelopes.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.amplitude == Volts(volts * 2))
    #expect(told.first?.width == .milliseconds(5))
    #expect(told.first?.voltageTime == VoltSeconds(volts))
    // One over 1 GHz, within what the last bit of a number can be.
    #expect(told.first?.period == .nanoseconds(1))
    #expect(told.first?.compliance == nil)
  }

  /// Another campaign on the same device takes the limits of the one before away.
  @Test func withoutLimitsTheDeviceIsToldSo() async throws {
    let device = try Self.device()
    _ = try await MeteredDevice(device).apply(Self.train(for: device))
    #expect(device.told.envelopes.withLock { $0 } == [PulseEnvelope()])
  }

  @Test func nothingIsFiredOnADeviceThatCannotBeTold() async throws {
    var device = try Self.device()
    device.failure = DeviceError(code: .linkLost, explanation: "gone; nothing was fired")
    let metered = MeteredDevice(device)
    let train = Self.train(for: device)
    let error = await #expect(throws: DeviceError.self) { _ = try await metered.apply(train) }
    #expect(error == device.failure)
    let counts = try await device.odometer(of: train.region)
    #expect(counts.up == [0] && counts.down == [0])
    let account = await metered.account
    #expect(account.refusals == 1 && account.totals.all == 0)
  }
}

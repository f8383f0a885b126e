import DeviceContract
import SimulatedCrossbar

/// A simulator that is gone after a number of trains, as a board whose cable was pulled.
actor VanishingDevice: PulseDevice {
  nonisolated let capabilities: Capabilities
  private let simulator: SimulatedCrossbar
  private var trains: Int
  /// How often its outputs were turned off.
  private(set) var parked = 0

  init(_ simulator: SimulatedCrossbar, after trains: Int) {
    (self.simulator, self.trains) = (simulator, trains)
    capabilities = simulator.capabilities
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    trains -= 1
    if trains < 0 { throw lost }
    return try await simulator.apply(train)
  }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    if trains < 0 { throw lost }
    return try await simulator.read(request)
  }

  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    if trains < 0 { throw lost }
    return try await simulator.odometer(of: region)
  }

  func park() async {
    parked += 1
    await simulator.park()
  }

  private var lost: DeviceError { DeviceError(code: .linkLost, explanation: "the cable is out") }
}

import DeviceContract
import SimulatedCrossbar
import Synchronization

/// A simulator that knows how long its trains took, so that what is left of a call is what the books cost.
///
/// The difference of two runs would not do: the simulator's own time varies by more than 5 %.
final class TimedSimulator: JournaledDevice {
  private let simulator: SimulatedCrossbar
  private let sum = Mutex(Stopwatch(wall: 0, processor: 0))

  init(_ simulator: SimulatedCrossbar) { self.simulator = simulator }

  /// What its trains have taken since this was asked last.
  func takeTime() -> Stopwatch {
    sum.withLock { sum in
      defer { sum = Stopwatch(wall: 0, processor: 0) }
      return sum
    }
  }

  var capabilities: Capabilities { simulator.capabilities }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    let start = Stopwatch.now
    let receipt = try await simulator.apply(train)
    add(Stopwatch.now - start)
    return receipt
  }

  func apply(_ train: PulseTrain, number: UInt64) async throws(DeviceError) -> Receipt {
    let start = Stopwatch.now
    let receipt = try await simulator.apply(train, number: number)
    add(Stopwatch.now - start)
    return receipt
  }

  private func add(_ time: Stopwatch) { sum.withLock { $0 = $0 + time } }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await simulator.read(request)
  }

  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await simulator.odometer(of: region)
  }

  func park() async { await simulator.park() }

  func history() async throws(DeviceError) -> DeviceHistory { try await simulator.history() }

  func outcome(of number: UInt64) async throws(DeviceError) -> JournaledOutcome? {
    try await simulator.outcome(of: number)
  }

  func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests {
    try await simulator.odometerDigests(of: tile)
  }
}

import DeviceContract
import PhysicalUnits

/// A minimal device that also numbers its trains; with a fault it breaks one sentence of that contract.
actor MinimalJournaledDevice: JournaledDevice {
  enum Fault: CaseIterable {
    case takesAnyNumber, usesNumbersOfRefusedCalls, firesUsedNumbers, forgetsPulses, inventsOutcomes
    case losesDigests, restartsTheClock, miscountsDigests, keepsNumbersOfRefusedTrains

    /// The check that must notice it.
    var check: String {
      switch self {
      case .takesAnyNumber, .usesNumbersOfRefusedCalls, .firesUsedNumbers: "numbers-consecutive"
      case .forgetsPulses, .inventsOutcomes, .losesDigests, .restartsTheClock: "history-agrees"
      case .miscountsDigests: "digests-agree"
      case .keepsNumbersOfRefusedTrains: "refusal-uses-number"
      }
    }
  }

  nonisolated let capabilities: Capabilities
  private let inner: MinimalDevice
  private let fault: Fault?
  private var outcomes: [JournaledOutcome] = []
  private var pulses = PulseTotals()
  private var clock = Seconds.zero

  init(fault: Fault?) throws {
    inner = try MinimalDevice()
    capabilities = inner.capabilities
    self.fault = fault
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await apply(train, number: UInt64(outcomes.count) + 1)
  }

  func apply(_ train: PulseTrain, number: UInt64) async throws(DeviceError) -> Receipt {
    guard number == UInt64(outcomes.count) + 1 || fault == .takesAnyNumber else {
      if fault == .usesNumbersOfRefusedCalls { enter(PulseTotals()) }
      if fault == .firesUsedNumbers { _ = try await inner.apply(train) }
      throw .refused("another number is due; nothing was fired")
    }
    let receipt: Receipt
    do {
      receipt = try await inner.apply(train)
    } catch {
      let fired = error.partial?.fired ?? PulseTotals()
      if fault != .keepsNumbersOfRefusedTrains { enter(fired) }
      throw error
    }
    if fault != .forgetsPulses { pulses += receipt.fired }
    clock =
      fault == .restartsTheClock ? Seconds(1 / Double(outcomes.count + 1)) : clock + Seconds(1)
    enter(
      receipt.fired, steps: train.steps, digest: fault == .losesDigests ? 0 : train.digest)
    return receipt
  }

  private func enter(_ fired: PulseTotals, steps: Int = 0, digest: UInt32 = 0) {
    outcomes.append(
      JournaledOutcome(
        number: UInt64(outcomes.count) + 1, digest: digest, steps: steps, fired: fired,
        clock: clock))
  }

  func history() -> DeviceHistory {
    DeviceHistory(
      epoch: 1, last: UInt64(outcomes.count), oldestKept: 1, pulses: pulses, clock: clock)
  }

  func outcome(of number: UInt64) -> JournaledOutcome? {
    if fault == .inventsOutcomes, let last = outcomes.last { return last }
    return number > 0 && number <= UInt64(outcomes.count) ? outcomes[Int(number) - 1] : nil
  }

  func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests {
    var counts = try await odometer(of: capabilities.whole(tile: tile))
    if fault == .miscountsDigests { counts.down[3] += 1 }
    return OdometerDigests(of: counts)
  }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await inner.read(request)
  }

  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await inner.odometer(of: region)
  }

  func park() async { await inner.park() }
}

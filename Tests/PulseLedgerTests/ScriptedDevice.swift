import DeviceContract
import PhysicalUnits
import PulseLedger
import SimulatedCrossbar

/// A device that answers its trains by a script, and like the simulator when the script is at its end.
struct ScriptedDevice: PulseDevice {
  enum Answer: Sendable {
    /// As the simulator does.
    case whole
    /// As the simulator does, but it cannot know energies.
    case withoutEnergy
    /// It fails, and fires nothing.
    case failing(DeviceError)
    /// It counts cells that the train does not have.
    case counting(cells: Int)
  }

  let simulator: SimulatedCrossbar
  var capabilities: Capabilities
  private let script: Script

  init(_ simulator: SimulatedCrossbar, _ answers: [Answer]) {
    self.simulator = simulator
    capabilities = simulator.capabilities
    script = Script(answers)
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    // The simulator has nothing that limits the current.
    var train = train
    train.shape.compliance = nil
    switch await script.next() {
    case .whole: return try await simulator.apply(train)
    case .withoutEnergy:
      var receipt = try await simulator.apply(train)
      receipt.energy = nil
      return receipt
    case .failing(let error): throw error
    case .counting(let cells):
      return Receipt(
        fired: train.totals, cells: CellCounts(cells: cells, up: 1), shape: train.shape)
    }
  }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await simulator.read(request)
  }
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await simulator.odometer(of: region)
  }
  func park() async {}

  private actor Script {
    private var answers: [Answer]
    init(_ answers: [Answer]) { self.answers = answers }
    func next() -> Answer { answers.isEmpty ? .whole : answers.removeFirst() }
  }
}

/// A device that takes trains under consecutive numbers, and keeps the numbers.
actor NumberedDevice: JournaledDevice {
  nonisolated let capabilities: Capabilities
  /// The numbers that were taken, with the pulses fired under each.
  private(set) var taken: [(number: UInt64, pulses: Int)] = []
  private let device: ScriptedDevice
  private var last: UInt64

  /// Numbers whose train is lost on the way, once each.
  private var losing: Set<UInt64>

  /// The link breaks before the next batch: nobody knows what of it was fired, and nothing was.
  func loseNextBatch() { losesBatch = true }
  private var losesBatch = false

  func apply(
    _ trains: [PulseTrain], from number: UInt64
  ) async -> [Result<Receipt, DeviceError>] {
    guard losesBatch else {
      return await inTurn(trains) { (train, place) async throws(DeviceError) in
        try await self.apply(train, number: number + UInt64(place))
      }
    }
    losesBatch = false
    return trains.map {
      .failure(
        DeviceError(code: .linkLost, fired: 0...$0.totals.all, explanation: "lost on the way"))
    }
  }

  init(_ device: ScriptedDevice, last: UInt64 = 0, losing: Set<UInt64> = []) {
    self.device = device
    self.losing = losing
    self.last = last
    capabilities = device.capabilities
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await apply(train, number: last + 1)
  }

  func apply(_ train: PulseTrain, number: UInt64) async throws(DeviceError) -> Receipt {
    if losing.remove(number) != nil {
      throw DeviceError(
        code: .linkLost, fired: 0...train.totals.all, explanation: "lost on the way")
    }
    guard number == last + 1 else {
      throw .refused("number \(number) does not follow \(last)")
    }
    last = number
    taken.append((number, 0))
    var receipt = try await device.apply(train)
    taken[taken.count - 1].pulses = receipt.fired.all
    receipt.clock = Seconds(Double(number))
    receipt.odometer = PulseTotals(up: taken.reduce(0) { $0 + $1.pulses })
    return receipt
  }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await device.read(request)
  }
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await device.odometer(of: region)
  }
  func park() async {}
  func history() throws(DeviceError) -> DeviceHistory {
    DeviceHistory(epoch: 1, last: last, oldestKept: 1, pulses: PulseTotals(), clock: .zero)
  }
  func outcome(of number: UInt64) throws(DeviceError) -> JournaledOutcome? { nil }
  func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests {
    OdometerDigests(of: try await device.odometer(of: capabilities.whole(tile: tile)))
  }
}

/// A device that forms only after it was told.
struct FormingDevice: Forming {
  let simulator: SimulatedCrossbar
  let isLimited: Bool
  let log = Log()
  var capabilities: Capabilities { simulator.capabilities }

  func armForming() async throws(DeviceError) {
    guard isLimited else { throw .refused("nothing limits the current") }
    await log.arm()
  }
  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await simulator.apply(train)
  }
  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await simulator.read(request)
  }
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await simulator.odometer(of: region)
  }
  func park() async {}

  actor Log {
    private(set) var armed = 0
    func arm() { armed += 1 }
  }
}

/// A journal that keeps every call as it came.
actor CallJournal: PulseJournal {
  private(set) var intents: [[TrainIntent]] = []
  private(set) var settlements: [[TrainSettlement]] = []
  private(set) var refusals: [TrainRefusal] = []
  /// What each call was given.
  private(set) var observed: [[Reading]] = []
  var readings: [Reading] { observed.flatMap { $0 } }
  private(set) var rereads = 0
  private var next: UInt64
  private let failsToRefuse: Bool, failsToObserve: Bool

  init(first: UInt64 = 1, failsToRefuse: Bool = false, failsToObserve: Bool = false) {
    next = first
    self.failsToObserve = failsToObserve
    self.failsToRefuse = failsToRefuse
  }

  func record(_ intents: [TrainIntent]) -> UInt64 {
    self.intents.append(intents)
    next += UInt64(intents.count)
    return next - UInt64(intents.count)
  }
  func settle(_ settlements: [TrainSettlement]) { self.settlements.append(settlements) }
  func refuse(_ refusal: TrainRefusal) throws {
    if failsToRefuse { throw LostJournal() }
    refusals.append(refusal)
  }
  func observe(_ readings: [Reading]) throws {
    if failsToObserve { throw LostJournal() }
    observed.append(readings)
  }
  func readAgain(_ request: ReadRequest, because explanation: String) { rereads += 1 }

  struct LostJournal: Error {}
}

import AnalogTraining
import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// A device that fires so many trains, and refuses all that come after them.
struct RefusingDevice: PulseDevice {
  actor Counter {
    private var left: Int
    init(_ left: Int) { self.left = left }
    func take() -> Bool {
      left -= 1
      return left >= 0
    }
  }

  let device: SimulatedCrossbar
  let counter: Counter
  var capabilities: Capabilities { device.capabilities }

  init(_ device: SimulatedCrossbar, after trains: Int) {
    (self.device, counter) = (device, Counter(trains))
  }

  func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    guard await counter.take() else { throw .refused("no more trains") }
    return try await device.apply(train)
  }

  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await device.read(request)
  }

  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await device.odometer(of: region)
  }

  func park() async { await device.park() }
}

/// What ends a training on the way leaves what was learnt, and counts nothing that was not done.
@Suite struct StopTests {
  /// 16 images of 4 x 4 in four classes, taught in 4 mini-batches an epoch.
  static func campaign(epochs: Int = 2) throws -> TrainingCampaign {
    var sgd = AnalogSGD.Settings()
    sgd.rate = 0.5
    let shape = ImageShape(channels: 1, height: 4, width: 4)
    var settings = TrainingSettings(
      network: try NetworkDescription(parsing: "16-4", image: shape, classes: 4),
      rule: .analogSGD(sgd), granularity: 0.4622, range: 2)
    (settings.batch, settings.epochs, settings.programsInitialWeights) = (4, epochs, false)
    let labels = (0..<16).map { $0 % 4 }
    let data = try DataSet(
      name: "stripes",
      images: Matrix(
        rows: 16, columns: 16,
        values: labels.flatMap { label in
          (0..<16).map { $0 % 4 == label ? 1 : 0.1 }
        }), labels: labels, classes: 4, shape: shape)
    return TrainingCampaign(settings, data: data, test: data)
  }

  static func crossbar() throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    (settings.rows, settings.columns, settings.seed) = (4, 16, 3)
    return try SimulatedCrossbar(settings)
  }

  static func run(_ limits: LimitSet = .unlimited) async throws -> TrainingResult {
    try await campaign().run(on: MeteredDevice(crossbar(), limits: limits))
  }

  @Test func aLimitAtTheFirstStepOfAnEpochLeavesTheEpochsBefore() async throws {
    let whole = try await Self.run()
    let first = try #require(whole.trainer.epochs.first)
    #expect(first.steps == 4 && first.loss != nil)
    let pulses = first.pulses.reduce(0) { $0 + $1.all }
    // All that the first epoch takes, and no pulse more.
    let result = try await Self.run(LimitSet(PulseBudget(perCampaign: pulses)))
    #expect(result.stoppedBy?.code == .overBudget && result.failedBy == nil)
    #expect(result.trainer.epochs == [first])
    #expect(result.trainer.step == 4)
    #expect(result.trainer.tally == first.tally, "a step that was refused has no cycles")
  }

  @Test func anEpochThatStopsOnTheWayHasTheCountsOfItsSteps() async throws {
    let whole = try await Self.run()
    let all = whole.trainer.pulses.reduce(0) { $0 + $1.all }
    let result = try await Self.run(LimitSet(PulseBudget(perCampaign: all - 1)))
    let last = try #require(result.trainer.epochs.last)
    #expect(last.epoch == 2 && (1..<4).contains(last.steps) && last.loss != nil)
    #expect(last.tally == result.trainer.tally && last.accuracy == nil)
  }

  @Test func aTrainThatIsRefusedOnTheWayKeepsWhatWasLearnt() async throws {
    let metered = MeteredDevice(RefusingDevice(try Self.crossbar(), after: 8))
    let result = try await Self.campaign().run(on: metered)
    #expect((result.failedBy as? DeviceError)?.code == .refused && result.stoppedBy == nil)
    #expect(result.trainer.step > 0 && result.trainer.epochs.first?.loss != nil)
    // One that is refused before anything was learnt is told as it is.
    let none = MeteredDevice(RefusingDevice(try Self.crossbar(), after: 0))
    let error = await #expect(throws: DeviceError.self) {
      _ = try await Self.campaign().run(on: none)
    }
    #expect(error?.code == .refused)
  }
}

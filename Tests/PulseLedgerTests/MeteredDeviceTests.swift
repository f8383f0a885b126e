import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

@Suite struct MeteredDeviceTests {
  @Test func countsByCellPolarityAndCause() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator)
    let corner = CellRegion(rows: 2..<4, columns: 4..<6)
    _ = try await device.apply(bench.train(.uniform(.up, count: 3)))
    _ = try await device.apply(bench.train(.counts([1, -2, 0, 4]), on: corner, cause: .train))
    let account = await device.account
    #expect(account.pulses[.calibrate] == PulseTotals(up: 72))
    #expect(account.pulses[.train] == PulseTotals(up: 5, down: 2))
    #expect(account.totals == PulseTotals(up: 77, down: 2) && account.trains == 2)
    let all = await device.counts(of: corner)
    #expect(all.up == [4, 3, 3, 7] && all.down == [0, 2, 0, 0])
    let training = await device.counts(of: corner, cause: .train)
    #expect(training.up == [1, 0, 0, 4])
    let odometer = try await bench.simulator.odometer(of: bench.region)
    #expect(await device.counts(of: bench.region) == odometer)
    #expect(account.time > .zero && account.energy > .zero)
  }

  @Test func booksReadsAndExposures() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator)
    _ = try await device.read(ReadRequest(region: bench.region, averages: 5))
    let row = CellRegion(rows: 1..<2, columns: 0..<6)
    _ = try await device.apply(bench.train(.alternating(pairs: 2), on: row))
    let account = await device.account
    #expect(account.reads == 24 && account.samples == 120)
    // A whole row selects every column: the cells of the three other rows, four slots each.
    #expect(account.exposures == 3 * 6 * 4)
    let felt = try await bench.simulator.exposures(of: bench.region)
    #expect(await device.exposures(of: bench.region) == felt)
  }

  @Test(arguments: [
    (PulseBudget(perCell: 10), "each cell", "10"),
    (PulseBudget(perArray: 240), "each array", "240"),
    (PulseBudget(perCampaign: 250), "the campaign", "250"),
  ])
  func budgetsRefuseInAdvanceWithTheNumbers(
    budget: PulseBudget, name: String, limit: String
  ) async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, limits: try LimitSet(budget))
    _ = try await device.apply(bench.train(.alternating(pairs: 4)))
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.down, count: 3)))
    }
    #expect(error?.code == .overBudget && error?.retryAdvice == .safe)
    let text = error?.explanation ?? ""
    #expect(text.contains(name) && text.contains("is \(limit)") && text.contains("left"))
    #expect(await device.account.totals.all == 192)
    #expect(try await bench.simulator.odometer(of: bench.region).totals.all == 192)
    // What still fits is fired: nothing is clipped, and nothing else is blocked.
    _ = try await device.apply(bench.train(.uniform(.down, count: 2)))
    #expect(await device.account.totals.all == 240)
    #expect(await device.account.refusals == 1)
  }

  @Test func aCellIsHeldToItsBudgetAlone() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, limits: try LimitSet(PulseBudget(perCell: 5)))
    let cell = CellRegion.cell(row: 1, column: 2)
    _ = try await device.apply(bench.train(.uniform(.up, count: 5), on: cell))
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 1)))
    }
    #expect(error?.explanation.contains("cell (1, 2)") == true)
    _ = try await device.apply(
      bench.train(.uniform(.up, count: 5), on: .cell(row: 1, column: 3)))
  }

  @Test func arraysHaveBudgetsOfTheirOwn() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, limits: try LimitSet(PulseBudget(perArray: 24)))
    var other = bench.region
    other.tile = 1
    _ = try await device.apply(bench.train(.uniform(.up, count: 1)))
    _ = try await device.apply(bench.train(.uniform(.up, count: 1), on: other))
    await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 1), on: other))
    }
  }

  @Test func trainsAskedForAtOnceCannotOverdrawABudget() async throws {
    let bench = try Bench()
    let device = MeteredDevice(
      bench.simulator, limits: try LimitSet(PulseBudget(perCampaign: 24 * 7)))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { _ = try? await device.apply(bench.train(.uniform(.up, count: 1))) }
      }
    }
    #expect(await device.account.totals.all == 24 * 7)
    #expect(await device.account.refusals == 13)
  }

  @Test func theJournalHoldsIntentAndOutcome() async throws {
    let bench = try Bench()
    let journal = MemoryJournal()
    let device = MeteredDevice(
      bench.simulator, limits: try LimitSet(PulseBudget(perCell: 4)), journal: journal)
    _ = try await device.apply(bench.train(.alternating(pairs: 2)))
    await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 1)))
    }
    let records = await journal.records
    // A train that a budget refuses never becomes an intent.
    #expect(records.count == 1)
    #expect(records[0].commanded == PulseTotals(up: 48, down: 48))
    #expect(records[0].outcome?.status == .fired)
    #expect(records[0].outcome?.fired == PulseTotals(up: 48, down: 48))
  }

  @Test func aTrainWhoseIntentCannotBeWrittenIsNotFired() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, journal: FullJournal())
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 1)))
    }
    #expect(error?.code == .notRecorded && error?.fired == 0...0)
    #expect(try await bench.simulator.odometer(of: bench.region).totals.all == 0)
  }

  @Test func aLostLinkIsBookedAsUncertainAndHeldAgainstTheBudget() async throws {
    let bench = try Bench()
    let journal = MemoryJournal()
    let device = MeteredDevice(
      FailingDevice(
        bench.simulator,
        DeviceError(code: .linkLost, fired: 0...192, explanation: "the cable was pulled")),
      limits: try LimitSet(PulseBudget(perCell: 10)), journal: journal)
    await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 8)))
    }
    let account = await device.account
    #expect(account.uncertain == 192 && account.totals.all == 0)
    #expect(await journal.records[0].outcome?.status == .uncertain)
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 3)))
    }
    #expect(error?.code == .overBudget)
  }
}

extension MeteredDeviceTests {
  /// A failure that is exact in part: what is exact is booked as fired, the rest as uncertain, and budgets
  /// are held against both.
  @Test func aPartlyKnownFailureIsBookedWhole() async throws {
    let bench = try Bench()
    let journal = MemoryJournal()
    let known = Receipt(
      fired: PulseTotals(up: 48), uncertain: 24, cells: CellCounts(cells: 24, up: 2),
      shape: bench.simulator.capabilities.nominalShape)
    let error = DeviceError(
      code: .faulted, fired: 48...96, partial: known, explanation: "power failed")
    let device = MeteredDevice(
      FailingDevice(bench.simulator, error), limits: try LimitSet(PulseBudget(perArray: 100)),
      journal: journal)
    await #expect(throws: error) { try await device.apply(bench.train(.uniform(.up, count: 4))) }
    let account = await device.account
    #expect(account.totals == PulseTotals(up: 48) && account.uncertain == 48)
    let outcome = await journal.records[0].outcome
    #expect(outcome?.status == .uncertain && outcome?.uncertain == 48)
    let second = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 1)))
    }
    #expect(second?.code == .overBudget)
  }

  /// The pulses are fired when the journal fails to take their outcome: they count, once.
  @Test func anOutcomeThatCannotBeWrittenIsStillCountedOnce() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, journal: FillingJournal())
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply(bench.train(.uniform(.up, count: 2)))
    }
    #expect(error?.code == .faulted && error?.fired == 48...48)
    #expect(await device.account.totals == PulseTotals(up: 48))
    #expect(await device.account.uncertain == 0)
  }

  /// A read that is asked for behind a train sees what the train did.
  @Test func readsWaitForTheTrainsBefore() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, journal: SlowJournal())
    async let receipt = device.apply(bench.train(.uniform(.up, count: 50)))
    try await Task.sleep(for: .milliseconds(20))
    let counts = try await device.odometer(of: bench.region)
    #expect(counts == CellCounts(cells: 24, up: 50))
    #expect(try await receipt.fired.all == 24 * 50)
  }
}

@Suite struct PulseBudgetTests {
  @Test(arguments: [
    ("4000/cell", PulseBudget(perCell: 4000)), ("20M", PulseBudget(perCampaign: 20_000_000)),
    (
      "4k/cell, 2.5M/array,3G",
      PulseBudget(perCell: 4000, perArray: 2_500_000, perCampaign: 3_000_000_000)
    ),
    ("1", PulseBudget(perCampaign: 1)), ("1_000/campaign", PulseBudget(perCampaign: 1000)),
  ])
  func reads(text: String, budget: PulseBudget) throws {
    #expect(try PulseBudget(parsing: text) == budget)
  }

  @Test func readsCausesLifeAndEnergy() throws {
    let budget = try PulseBudget(parsing: "500k/track, 7/manual,2.5% of life,1.5 mJ, 1.001k/cell")
    #expect(budget.perCause == [.track: 500_000, .manual: 7])
    #expect(budget.lifeShare == 0.025 && budget.energy == Joules(1.5e-3))
    #expect(budget.perCell == 1001 && budget.perCampaign == nil)
    let limits = budget.limits
    #expect(limits.perCause == budget.perCause && limits.lifeShare == 0.025)
    #expect(limits.energy == budget.energy && limits.perCell == 1001)
  }

  @Test(arguments: [
    "", "0", "0.5", "-3", "nan", "inf", "x", "10/row", "10/", "10/cell/cell", "10,,5", "1e30",
    "0/cell", "0.9999/array", "2.5/cell", "10,20", "3/cell,4/cell", "1/track,2/track", "5/tracks",
    "0% of life", "101 % of life", "-1% of life", "nan% of life", "2% of death", "2%%",
    "2% of life,3%",
    "0 J", "-1 mJ", "1 J/cell", "nan J", "xJ",
  ])
  func refuses(text: String) {
    #expect(throws: BudgetError.self) { try PulseBudget(parsing: text) }
  }
}

/// A journal on a full disk.
private struct FullJournal: PulseJournal {
  func record(_ intents: [TrainIntent]) throws -> UInt64 { throw CocoaError(.fileWriteOutOfSpace) }
  func settle(_ settlements: [TrainSettlement]) {}
  func refuse(_ refusal: TrainRefusal) {}
  func observe(_ readings: [Reading]) {}
  func readAgain(_ request: ReadRequest, because explanation: String) {}
}

/// A journal whose disk is full after the intent.
private struct FillingJournal: PulseJournal {
  func record(_ intents: [TrainIntent]) -> UInt64 { 1 }
  func settle(_ settlements: [TrainSettlement]) throws {
    throw CocoaError(.fileWriteOutOfSpace)
  }
  func refuse(_ refusal: TrainRefusal) {}
  func observe(_ readings: [Reading]) {}
  func readAgain(_ request: ReadRequest, because explanation: String) {}
}

/// A journal that takes its time.
private struct SlowJournal: PulseJournal {
  func record(_ intents: [TrainIntent]) async throws -> UInt64 {
    try await Task.sleep(for: .milliseconds(100))
    return 1
  }
  func settle(_ settlements: [TrainSettlement]) {}
  func refuse(_ refusal: TrainRefusal) {}
  func observe(_ readings: [Reading]) {}
  func readAgain(_ request: ReadRequest, because explanation: String) {}
}

/// A device that fails every train in the same way.
private struct FailingDevice: PulseDevice {
  let device: SimulatedCrossbar
  let error: DeviceError
  var capabilities: Capabilities { device.capabilities }
  init(_ device: SimulatedCrossbar, _ error: DeviceError) {
    self.device = device
    self.error = error
  }
  func apply(_ train: PulseTrain) throws(DeviceError) -> Receipt { throw error }
  func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await device.read(request)
  }
  func odometer(of region: CellRegion) async throws(DeviceError) -> CellCounts {
    try await device.odometer(of: region)
  }
  func park() async { await device.park() }
}

import DeviceContract
import PhysicalUnits
import PulseLedger
import Testing

@Suite struct BatchTests {
  @Test func aBatchIsOneIntentAndOneSettlementCall() async throws {
    let bench = try Bench()
    let journal = CallJournal(first: 1)
    let device = MeteredDevice(bench.simulator, journal: journal)
    let trains = (0..<5).map { count in bench.train(.uniform(.up, count: count + 1)) }
    let receipts = try await device.apply(trains)
    #expect(receipts.map(\.fired.up) == [24, 48, 72, 96, 120])
    #expect(await journal.intents.map(\.count) == [5])
    let settled = await journal.settlements
    #expect(settled.count == 1 && settled[0].map(\.number) == [1, 2, 3, 4, 5])
    #expect(settled[0].allSatisfy { $0.outcome.status == .fired && $0.outcome.cells == nil })
    #expect(settled[0].map(\.outcome.fired.up) == [24, 48, 72, 96, 120])
    #expect(settled[0].allSatisfy { $0.outcome.energy != nil && $0.outcome.duration > .zero })
    let account = await device.account
    #expect(account.trains == 5 && account.totals.all == 360)
    #expect(try await device.apply([]).isEmpty)
    #expect(await journal.intents.count == 1)
  }

  @Test func aBatchIsCheckedTogether() async throws {
    let bench = try Bench()
    let journal = CallJournal()
    let device = try bench.metered(journal: journal) { $0.perCell = 10 }
    let four = bench.train(.uniform(.up, count: 4))
    try await bench.expectRefusal(
      .overBudget, of: [four, four, four], by: device,
      telling: ["train 3 of 3", "batch", "asked 4 pulses", "spent 8", "left 2"])
    #expect(await journal.intents.isEmpty)
    #expect(await journal.refusals.count == 1)
    #expect(await journal.refusals[0].explanation.contains("each cell"))
    // Nothing of the refused batch stays reserved.
    _ = try await device.apply([four, four])
    #expect(try await bench.odometer() == 8 * 24)
    try await bench.expectRefusal(
      .overBudget, of: [four], by: device, telling: ["spent 8", "left 2"])
  }

  /// All that is reserved for a batch is given back: sums, causes, energy and exposures as well.
  @Test func aRefusedBatchLeavesNoTrace() async throws {
    let bench = try Bench()
    let row = CellRegion(rows: 0..<1, columns: 0..<6)
    let ten = bench.train(.uniform(.up, count: 10), on: row)
    let quote = PulseQuote(ten, on: bench.capabilities)
    let device = try bench.metered {
      ($0.perArray, $0.perCampaign, $0.perCause) = (110, 111, [.calibrate: 112])
      ($0.energy, $0.exposuresPerCell) = (quote.mostEnergy * 1.9, 15)
    }
    let before = try await device.verdicts(on: quote, over: row)
    let big = bench.train(.uniform(.up, count: 6), on: row)
    try await bench.expectRefusal(.overBudget, of: [ten, big], by: device, telling: ["exposures"])
    #expect(try await device.verdicts(on: quote, over: row) == before)
    let account = await device.account
    #expect(account.totals.all == 0 && account.trains == 0 && account.refusals == 1)
    #expect(account.exposures == 0 && account.energy == .zero && account.time == .zero)
  }

  @Test func aFailureInTheMiddleSettlesAll() async throws {
    let bench = try Bench()
    let journal = CallJournal()
    let lost = DeviceError(code: .linkLost, fired: 0...48, explanation: "the cable was pulled")
    let device = MeteredDevice(
      ScriptedDevice(bench.simulator, [.whole, .failing(lost)]),
      limits: try Bench.limits { $0.perCell = 10 }, journal: journal)
    let two = bench.train(.uniform(.up, count: 2))
    let error = await #expect(throws: DeviceError.self) {
      try await device.apply([two, two, two, two])
    }
    #expect(error?.code == .linkLost && error?.fired == 48...96)
    for part in ["train 2 of 4", "1 ran before it", "2 behind it were not fired", "cable"] {
      #expect(error?.explanation.contains(part) == true, "\(error?.explanation ?? "")")
    }
    let outcomes = await journal.settlements.flatMap { $0.map(\.outcome) }
    #expect(outcomes.map(\.status) == [.fired, .uncertain, .refused, .refused])
    #expect(outcomes[1].uncertain == 48 && outcomes[1].cells == CellCounts(cells: 24))
    #expect(outcomes[2].explanation?.contains("not fired, because train 2 of 4 failed") == true)
    let account = await device.account
    #expect(account.totals.all == 48 && account.uncertain == 48)
    // 2 sure and 2 uncertain pulses of each cell are spent; those of the trains not sent are not.
    _ = try await device.apply(bench.train(.uniform(.up, count: 6)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 1))], by: device, telling: ["spent 10"])
  }

  @Test func trainsGoUnderTheNumbersOfTheJournal() async throws {
    let bench = try Bench()
    let numbered = NumberedDevice(ScriptedDevice(bench.simulator, []), last: 40)
    let journal = CallJournal(first: 41)
    let device = MeteredDevice(numbered, journal: journal)
    let train = bench.train(.uniform(.up, count: 1))
    _ = try await device.apply([train, train])
    _ = try await device.apply(train)
    #expect(await numbered.taken.map(\.number) == [41, 42, 43])
    let outcomes = await journal.settlements.flatMap { $0.map(\.outcome) }
    #expect(outcomes.map(\.clock) == [41, 42, 43].map { Seconds($0) })
    #expect(outcomes.map(\.odometer) == [24, 48, 72].map { PulseTotals(up: $0) })
    // An intent knows the odometer after all trains before its batch.
    let known = await journal.intents.map { $0.map(\.odometer) }
    #expect(known == [[nil, nil], [PulseTotals(up: 48)]])
  }

  /// Numbers whose trains were not sent are used up by empty trains, so that the next one follows.
  @Test func numbersThatWereNotSentAreUsedUp() async throws {
    let bench = try Bench()
    let fault = DeviceError(code: .faulted, explanation: "no answer to the train")
    let numbered = NumberedDevice(ScriptedDevice(bench.simulator, [.whole, .failing(fault)]))
    let device = MeteredDevice(numbered, journal: CallJournal())
    let train = bench.train(.uniform(.up, count: 1))
    await #expect(throws: DeviceError.self) {
      try await device.apply([train, train, train, train])
    }
    #expect(await numbered.taken.map(\.number) == [1, 2])
    _ = try await device.apply(train)
    let taken = await numbered.taken
    #expect(taken.map(\.number) == [1, 2, 3, 4, 5] && taken.map(\.pulses) == [24, 0, 0, 0, 24])
    #expect(await device.account.totals.all == 48)
  }

  /// A train that never reached the device has not used its number up either.
  @Test func aNumberThatWasLostOnTheWayIsUsedUp() async throws {
    let bench = try Bench()
    let numbered = NumberedDevice(ScriptedDevice(bench.simulator, []), losing: [2])
    let device = MeteredDevice(numbered, journal: CallJournal())
    let train = bench.train(.uniform(.up, count: 1))
    _ = try await device.apply(train)
    let error = await #expect(throws: DeviceError.self) { try await device.apply(train) }
    #expect(error?.code == .linkLost)
    _ = try await device.apply(train)
    let taken = await numbered.taken
    #expect(taken.map(\.number) == [1, 2, 3] && taken.map(\.pulses) == [24, 0, 24])
    #expect(await device.account.uncertain == 24)
  }

  /// A whole batch was lost: each train may have been fired, and all numbers are there to be used up.
  @Test func aBatchThatWasLostOnTheWayIsUsedUp() async throws {
    let bench = try Bench()
    let numbered = NumberedDevice(ScriptedDevice(bench.simulator, []))
    let device = MeteredDevice(numbered, journal: CallJournal())
    let train = bench.train(.uniform(.up, count: 1))
    await numbered.loseNextBatch()
    await #expect(throws: DeviceError.self) { try await device.apply([train, train, train]) }
    _ = try await device.apply(train)
    let taken = await numbered.taken
    #expect(taken.map(\.number) == [1, 2, 3, 4] && taken.map(\.pulses) == [0, 0, 0, 24])
    #expect(await device.account.uncertain == 3 * 24)
  }

  @Test func aDeviceThatMustBeToldIsArmedForForming() async throws {
    let bench = try Bench()
    let forming = try Bench.limits { $0.forming = true }
    let train = bench.train(.uniform(.up, count: 1), cause: .form)
    let former = FormingDevice(simulator: bench.simulator, isLimited: true)
    let device = MeteredDevice(former, limits: forming, armedForForming: true)
    _ = try await device.apply(bench.train(.uniform(.up, count: 1)))
    #expect(await former.log.armed == 0)
    _ = try await device.apply(train)
    #expect(await former.log.armed == 1)
    // Nothing limits the current: the device refuses, and no intent is left behind.
    let journal = CallJournal()
    let unlimited = MeteredDevice(
      FormingDevice(simulator: bench.simulator, isLimited: false), limits: forming,
      armedForForming: true, journal: journal)
    let error = await #expect(throws: DeviceError.self) { try await unlimited.apply(train) }
    #expect(error?.code == .refused)
    #expect(await journal.intents.isEmpty)
    #expect(await journal.refusals.count == 1)
  }

  @Test func aCancelBeforeATrainIsSentFiresNothing() async throws {
    let bench = try Bench()
    let journal = CallJournal()
    let device = MeteredDevice(bench.simulator, journal: journal)
    let train = bench.train(.uniform(.up, count: 1))
    let task = Task { () -> DeviceError? in
      withUnsafeCurrentTask { $0?.cancel() }
      do {
        _ = try await device.apply([train, train])
        return nil
      } catch { return error as? DeviceError }
    }
    let error = await task.value
    #expect(error?.code == .interrupted && error?.fired == 0...0)
    let outcomes = await journal.settlements.flatMap { $0.map(\.outcome) }
    #expect(outcomes.map(\.status) == [.refused, .refused])
    #expect(try await bench.odometer() == 0)
  }

  @Test func readsAndRefusalsReachTheJournal() async throws {
    let bench = try Bench()
    let journal = CallJournal()
    let device = try bench.metered(journal: journal) { $0.perCell = 1 }
    let reading = try await device.read(ReadRequest(region: bench.region))
    #expect(await journal.readings == [reading])
    // A limit and the capabilities refuse alike.
    var outside = bench.train(.uniform(.up, count: 1))
    outside.region = CellRegion(rows: 0..<9, columns: 0..<6)
    for train in [bench.train(.uniform(.up, count: 2)), outside] {
      await #expect(throws: DeviceError.self) { try await device.apply(train) }
    }
    let refusals = await journal.refusals
    #expect(refusals.count == 2 && refusals[0].explanation.contains("left 1 pulse"))
    #expect(refusals[1].train == outside && refusals[1].explanation.contains("4 rows"))
    let full = try bench.metered(journal: CallJournal(failsToRefuse: true)) { $0.perCell = 1 }
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 2))], by: full, telling: ["each cell"])
  }

  /// Exposures that are booked as sums of lines are those of every cell.
  @Test(arguments: BiasScheme.allCases)
  func exposuresAgreeWithTheDevice(scheme: BiasScheme) async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator)
    let block = CellRegion(rows: 1..<3, columns: 2..<5)
    let patterns: [(PulseTrain.Pattern, CellRegion)] = [
      (.uniform(.down, count: 3), .cell(row: 3, column: 0)), (.alternating(pairs: 4), block),
      (.counts([1, 0, -2, 3, -1, 0]), block),
      (
        .outerProduct(
          rowLines: [BitLine(slots: [0, 2]), BitLine(isNegative: true, slots: [1, 2])],
          columnLines: [BitLine(slots: [0]), BitLine(slots: [2]), BitLine(slots: [])], slots: 3),
        block
      ),
    ]
    for (pattern, region) in patterns {
      var train = bench.train(pattern, on: region)
      train.scheme = scheme
      _ = try await device.apply(train)
    }
    let felt = try await bench.felt()
    #expect(await device.exposures(of: bench.region) == felt)
    #expect(await device.account.exposures == felt.reduce(0) { $0 + Int($1) })
    #expect(felt.contains { $0 > 0 } == (scheme != .isolated))
  }
}

/// A device that was not armed when a train came, since it had not heard of the host for too long.
@Suite struct NotArmedTests {
  static let error = DeviceError(code: .notArmed, explanation: "not armed; nothing was fired")

  /// The train that was not begun goes out again, as a new one, and those behind it; those before it do not.
  @Test func whatWasNotBegunGoesOutAgain() async throws {
    let bench = try Bench()
    let journal = CallJournal(first: 1)
    let device = MeteredDevice(
      ScriptedDevice(bench.simulator, [.whole, .failing(Self.error), .failing(Self.error)]),
      journal: journal)
    let trains = (0..<3).map { count in bench.train(.uniform(.up, count: count + 1)) }
    let receipts = try await device.apply(trains)
    #expect(receipts.map(\.fired.up) == [24, 48, 72])
    #expect(try await bench.odometer() == 144)
    #expect(await journal.intents.map(\.count) == [3, 2, 2])
    let settled = await journal.settlements.flatMap { $0 }
    #expect(
      settled.map(\.outcome.status) == [
        .fired, .refused, .refused, .refused, .refused, .fired, .fired,
      ])
    let account = await device.account
    #expect(account.totals.all == 144 && account.trains == 3)
  }

  /// A device that never stays armed is given up.
  @Test func notForEver() async throws {
    let bench = try Bench()
    let answers = Array(repeating: ScriptedDevice.Answer.failing(Self.error), count: 10)
    let device = MeteredDevice(ScriptedDevice(bench.simulator, [.whole] + answers))
    let train = bench.train(.uniform(.up, count: 1))
    let error = await #expect(throws: DeviceError.self) {
      _ = try await device.apply([train, train])
    }
    #expect(error?.code == .notArmed && error?.fired == 24...24)
    #expect(try await bench.odometer() == 24)
  }
}

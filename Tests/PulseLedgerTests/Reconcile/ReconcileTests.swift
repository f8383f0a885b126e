import DeviceContract
import Foundation
import PhysicalUnits
import Testing

@testable import PulseLedger

@Suite struct ReconcileTests {
  @Test func aQuietSessionBalances() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    #expect(session.chip == "FB-1" && session.reconciliation.agrees)
    let device = MeteredDevice(lab.board, journal: session.journal)
    _ = try await device.apply(lab.train(.alternating(pairs: 5)))
    _ = try await device.apply(lab.train(.counts([1, -2, 0, 3, 0, 0, 0, 0, -1])))
    #expect(try await session.close(status: "finished"))
    let audit = try lab.audit()
    #expect(audit.balances, "\(audit.checks)")
    #expect(audit.total.fired == PulseTotals(up: 45 + 4, down: 45 + 3))
    #expect(audit.causes.map(\.name) == ["calibrate"])
    // And the next session agrees as well.
    let again = try await lab.connect()
    #expect(again.reconciliation.findings.isEmpty)
    #expect(try await again.close(status: "finished"))
  }

  @Test(arguments: [
    (FaultyBoard.Fault.loseReply, TrainOutcome.Status.fired, 90, 0),
    (.losePower(after: 4, uncertain: 0), .partial, 36, 0),
    (.losePower(after: 4, uncertain: 2), .uncertain, 36, 18),
    (.loseTrain, .refused, 0, 0),
  ])
  func aKilledHostLearnsFromTheBoardWhatWasFired(
    fault: FaultyBoard.Fault, status: TrainOutcome.Status, fired: Int, uncertain: Int
  ) async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let train = lab.train(.alternating(pairs: 5))
    let number = try await session.journal.record([TrainIntent(train: train, time: Date())])
    await lab.board.fail(fault)
    _ = try? await lab.board.apply(train, number: number)
    // Killed here: no outcome, no farewell.
    let home = try lab.killed()
    let before = try lab.audit(home)
    #expect(!before.balances && before.open.count == 1)
    let again = try await lab.connect(home: home)
    let settled = try #require(again.reconciliation.settled.first)
    #expect(again.reconciliation.agrees, "\(again.reconciliation.findings)")
    #expect(settled.status == status && settled.fired == fired && settled.uncertain == uncertain)
    // Pulsing goes on, under the next number.
    let device = MeteredDevice(lab.board, journal: again.journal)
    _ = try await device.apply(train)
    #expect(try await again.close(status: "finished"))
    let audit = try lab.audit(home)
    #expect(audit.balances, "\(audit.checks)")
    #expect(audit.total.fired.all == fired + 90 && audit.total.uncertain == uncertain)
    #expect(audit.uncertain.map(\.number) == (uncertain > 0 ? [1] : []))
    // Wear is what was fired and what the odometer counts besides, and no more.
    #expect(audit.hottest.first?.pulses == 10 + (fired + uncertain) / 9)
    try await session.close(status: "killed")
  }

  @Test func aBoardThatRemembersNothingLeavesTheTrainUncertain() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let train = lab.train(.uniform(.up, count: 4))
    let number = try await session.journal.record([TrainIntent(train: train, time: Date())])
    _ = try await lab.board.apply(train, number: number)
    await lab.board.forget()
    let home = try lab.killed()
    let again = try await lab.connect(home: home)
    // The odometer counts them, within what is uncertain.
    #expect(again.reconciliation.agrees && again.reconciliation.confirmed == 36)
    #expect(again.reconciliation.settled.map(\.status) == [.uncertain])
    #expect(try await again.close(status: "finished"))
    let audit = try lab.audit(home)
    #expect(audit.balances && audit.total.uncertain == 36 && audit.total.fired.all == 0)
    // What is uncertain counts as wear.
    #expect(audit.hottest.first?.pulses == 4)
    try await session.close(status: "killed")
  }

  @Test func aLedgerThatWasPutBackIsDetected() async throws {
    let lab = try ReconcileLab()
    let train = lab.train(.uniform(.up, count: 3))
    func fire() async throws {
      let session = try await lab.connect()
      _ = try await MeteredDevice(lab.board, journal: session.journal).apply(train)
      try await session.close(status: "finished")
    }
    try await fire()
    let old = try lab.killed()
    try await fire()
    let error = await #expect(throws: LedgerMismatch.self) {
      _ = try await lab.connect(home: old)
    }
    let found = try #require(error?.reconciliation)
    #expect(found.mismatches.contains(.unknownTrains(first: 2, last: 2)))
    #expect(found.mismatches.contains(.counts(cells: 9, pulses: 27)))
    #expect(found.unknownTrains.map(\.fired) == [PulseTotals(up: 27)])
    #expect(found.differences.first.map { [$0.row, $0.column] } == [2, 1])
    #expect(found.differences.first?.ledger.up == 3 && found.differences.first?.device.up == 6)
    // It stays so until somebody adopts it.
    await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect(home: old) }
    let adoption = try await LedgerAdoption(operatorName: "R. Ram", reason: "backup restored")
      .adopt(lab.board, home: old, program: "tests")
    #expect(adoption.wasNeeded && adoption.unexplained == 27 && adoption.missing == 0)
    let session = try await lab.connect(home: old)
    _ = try await MeteredDevice(lab.board, journal: session.journal).apply(train)
    #expect(try await session.close(status: "finished"))
    let audit = try lab.audit(old)
    #expect(audit.balances, "\(audit.checks)")
    #expect(audit.adopted == 27 && audit.total.fired.up == 54)
    #expect(audit.hottest.first?.pulses == 9)
    #expect(audit.notes.contains { $0.text.contains("R. Ram") && $0.text.contains("backup") })
  }

  @Test func aBoardThatWasPutBackIsDetected() async throws {
    let lab = try ReconcileLab()
    let image = await lab.board.image
    let session = try await lab.connect()
    _ = try await MeteredDevice(lab.board, journal: session.journal).apply(
      lab.train(.uniform(.up, count: 3)))
    try await session.close(status: "finished")
    await lab.board.restore(image)
    let error = await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect() }
    #expect(
      error?.reconciliation.mismatches.contains(.deviceIsBehind(ledger: 1, device: 0)) == true)
  }

  @Test func lostMemoryIsDetected() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    _ = try await MeteredDevice(lab.board, journal: session.journal).apply(
      lab.train(.uniform(.up, count: 3)))
    try await session.close(status: "finished")
    await lab.board.loseMemory()
    let error = await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect() }
    #expect(error?.reconciliation.mismatches == [.otherEpoch(ledger: 7, device: 8)])
    let adoption = try await LedgerAdoption(operatorName: "R. Ram", reason: "new FRAM")
      .adopt(lab.board, home: lab.home, program: "tests")
    #expect(adoption.unexplained == 0)
    let again = try await lab.connect()
    #expect(again.reconciliation.agrees)
    // Nothing that the chip has seen is forgotten.
    #expect(await again.lifetime().first?.pulses.max() == 3)
    #expect(try await again.close(status: "finished"))
  }

  @Test func pulsesThatNobodyBookedAreLocated() async throws {
    let lab = try ReconcileLab()
    try await lab.connect().close(status: "finished")
    await lab.board.count(up: 2, row: 8, column: 7)
    let error = await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect() }
    #expect(
      error?.reconciliation.differences == [
        Reconciliation.Difference(
          tile: 0, row: 8, column: 7, ledger: PulseTotals(), device: PulseTotals(up: 2),
          uncertain: 0)
      ])
  }

  @Test func aBoardWithAHistoryOfItsOwnIsNotTakenUnseen() async throws {
    let lab = try ReconcileLab()
    _ = try await lab.board.apply(lab.train(.uniform(.up, count: 1)))
    let error = await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect() }
    #expect(error?.reconciliation.mismatches == [.unknownHistory(pulses: 9, last: 1)])
    // The pulses went to another chip, says the operator.
    _ = try await LedgerAdoption(
      operatorName: "R. Ram", reason: "second-hand board", countsAsWear: false
    ).adopt(lab.board, home: lab.home, program: "tests")
    let session = try await lab.connect()
    #expect(await session.lifetime().first?.pulses.max() == 0)
    #expect(try await session.close(status: "finished"))
  }

  @Test func chipsChangeBoardsAndKeepTheirHistory() async throws {
    let lab = try ReconcileLab()
    let other = try FaultyBoard(serialNumber: "FB-2")
    func fire(_ board: FaultyBoard, chip: String, up: Int) async throws {
      let session = try await lab.connect(board, chip: chip)
      _ = try await MeteredDevice(board, journal: session.journal).apply(
        lab.train(.uniform(.up, count: up)))
      #expect(try await session.close(status: "finished"))
    }
    try await fire(lab.board, chip: "a", up: 1)
    // Another chip on the same board, the first one on another board, and back.
    try await fire(lab.board, chip: "b", up: 10)
    try await fire(other, chip: "a", up: 100)
    try await fire(lab.board, chip: "a", up: 1000)
    let audit = try lab.audit(chip: "a")
    #expect(audit.balances, "\(audit.checks)")
    #expect(audit.hottest.first?.pulses == 1101 && audit.devices.count == 2)
    #expect(try lab.audit(chip: "b").hottest.first?.pulses == 10)
    #expect(lab.home.chips == ["a", "b"])
  }

  @Test func aClockThatStandsBeforeTheLastRecordFiresNothing() async throws {
    let lab = try ReconcileLab()
    let now = Date()
    try await lab.connect(time: now).close(status: "finished")
    let error = await #expect(throws: LedgerError.self) {
      _ = try await lab.connect(time: now.addingTimeInterval(-86_400))
    }
    #expect(error?.code == .clock)
    // A ledger that was written while the clock was a day ahead.
    let ahead = now.addingTimeInterval(86_400)
    try await lab.connect(time: ahead).close(status: "finished")
    let adoption = try await LedgerAdoption(operatorName: "R. Ram", reason: "clock was ahead")
      .adopt(lab.board, home: lab.home, program: "tests")
    _ = adoption
    let session = try await lab.connect()
    #expect(try await session.close(status: "finished"))
  }

  /// The clock steps back while trains are fired: the next one is refused before it is sent.
  @Test func aClockThatStepsBackInMidRunFiresNothing() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let device = MeteredDevice(lab.board, journal: session.journal)
    let train = lab.train(.alternating(pairs: 2))
    _ = try await device.apply(train)
    // A train that was written down while the clock was an hour ahead.
    let ahead = Date().addingTimeInterval(3_600)
    let number = try await session.journal.record([TrainIntent(train: train, time: ahead)])
    let receipt = try await lab.board.apply(train, number: number)
    try await session.journal.settle([
      TrainSettlement(
        number: number,
        outcome: TrainOutcome(status: .fired, fired: receipt.fired, time: ahead))
    ])
    let before = try await lab.board.odometer(of: lab.board.capabilities.whole()).totals
    for _ in 0..<2 {
      let error = await #expect(throws: DeviceError.self) { _ = try await device.apply(train) }
      #expect(error?.code == .notRecorded)
      #expect(error?.explanation.contains("clock has stepped back") == true)
      #expect(error?.explanation.contains("nothing was fired") == true)
    }
    #expect(try await lab.board.odometer(of: lab.board.capabilities.whole()).totals == before)
    // What was fired is on record, and closing needs no clock.
    #expect(try await session.close(status: "failed"))
    #expect(try lab.audit().total.fired == before)
    // A person takes the clock over, and pulsing goes on.
    _ = try await LedgerAdoption(operatorName: "R. Ram", reason: "clock was ahead")
      .adopt(lab.board, home: lab.home, program: "tests")
    let again = try await lab.connect()
    _ = try await MeteredDevice(lab.board, journal: again.journal).apply(train)
    #expect(try await again.close(status: "finished"))
    #expect(try lab.audit().balances)
  }

  @Test func signaturesAreThoseOfTheChipsKey() async throws {
    let lab = try ReconcileLab()
    let folder = try lab.home.folder(ofChip: "FB-1")
    try lab.home.makeFolder(ofChip: "FB-1")
    let key = try LedgerKey.make(folder: folder)
    let permissions =
      try FileManager.default.attributesOfItem(
        atPath: folder + "/" + LedgerKey.privateName)[.posixPermissions] as? Int
    #expect(permissions == 0o600)
    #expect(throws: LedgerError.self) { try LedgerKey.make(folder: folder) }
    for _ in 0..<2 { try await lab.connect().close(status: "finished") }
    let audit = try lab.audit()
    #expect(audit.balances && audit.verification.signatures.count == 2)
    #expect(audit.verification.signatures.allSatisfy { $0.publicKey == key.publicKey })
    // Another key beside the ledger.
    try Data(String(repeating: "ab", count: 32).utf8).write(
      to: URL(fileURLWithPath: folder + "/" + LedgerKey.publicName))
    #expect(try !lab.audit().balances)
  }

  @Test func aBoardWithoutMemoryStartsANewCount() async throws {
    let lab = try ReconcileLab(durability: .volatile)
    let session = try await lab.connect(chip: "a")
    let train = lab.train(.uniform(.up, count: 4))
    _ = try await session.journal.record([TrainIntent(train: train, time: Date())])
    let home = try lab.killed()
    let again = try await lab.connect(chip: "a", home: home)
    #expect(!again.reconciliation.isCompared && again.reconciliation.agrees)
    #expect(again.reconciliation.settled.map(\.uncertain) == [36])
    _ = try await MeteredDevice(lab.board, journal: again.journal).apply(train)
    #expect(try await again.close(status: "finished"))
    let audit = try lab.audit(home, chip: "a")
    #expect(audit.balances && audit.total.fired.all == 36 && audit.total.uncertain == 36)
    try await session.close(status: "killed")
  }
}

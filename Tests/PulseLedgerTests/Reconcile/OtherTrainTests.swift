import DeviceContract
import Foundation
import Testing

@testable import PulseLedger

/// A device that was given another train under a number of the ledger.
@Suite struct OtherTrainTests {
  /// A train that was written down, and another one that the board was given under its number.
  private func mixUp(_ lab: ReconcileLab) async throws -> LedgerHome {
    let session = try await lab.connect()
    let number = try await session.journal.record([
      TrainIntent(train: lab.train(.alternating(pairs: 5)), time: Date())
    ])
    _ = try await lab.board.apply(lab.train(.uniform(.up, count: 2)), number: number)
    let home = try lab.killed()
    try await session.close(status: "killed")
    return home
  }

  @Test func isAFindingUntilSomebodyAdopts() async throws {
    let lab = try ReconcileLab()
    let home = try await mixUp(lab)
    for _ in 0..<3 {
      let error = await #expect(throws: LedgerMismatch.self) {
        _ = try await lab.connect(home: home)
      }
      #expect(error?.reconciliation.mismatches.first == .otherTrain(number: 1))
      let audit = try lab.audit(home)
      #expect(!audit.balances && audit.open.map(\.number) == [1])
      #expect(audit.total.uncertain == 0)
    }
  }

  @Test func isAdoptedWithoutBeingCountedTwice() async throws {
    let lab = try ReconcileLab()
    let home = try await mixUp(lab)
    let adoption = try await LedgerAdoption(operatorName: "R. Ram", reason: "two hosts at once")
      .adopt(lab.board, home: home, program: "tests")
    #expect(adoption.wasNeeded && adoption.unexplained == 18 && adoption.missing == 0)
    let session = try await lab.connect(home: home)
    #expect(session.reconciliation.findings.isEmpty, "\(session.reconciliation.findings)")
    _ = try await MeteredDevice(lab.board, journal: session.journal).apply(
      lab.train(.uniform(.down, count: 3)))
    #expect(try await session.close(status: "finished"))
    let audit = try lab.audit(home)
    #expect(audit.balances, "\(audit.checks.filter { !$0.holds })")
    #expect(audit.open.isEmpty && audit.uncertain.map(\.number) == [1])
    #expect(audit.uncertain.first?.explanation.contains("another train") == true)
    #expect(audit.notes.contains { $0.text.contains("R. Ram") && $0.text.contains("two hosts") })
    // Two pulses up that were adopted and three down: the train of ten was never fired.
    #expect(audit.adopted == 18 && audit.hottest.first?.pulses == 5)
    #expect(audit.hottest.allSatisfy { $0.uncertain == 0 })
  }

  /// A train of which the board remembers nothing, and pulses that nobody booked: the odometer tells how
  /// many of the uncertain ones were fired, and they are booked once.
  @Test(arguments: [true, false])
  func uncertainPulsesAreBookedOnce(countsAsWear: Bool) async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let number = try await session.journal.record([
      TrainIntent(train: lab.train(.uniform(.up, count: 4)), time: Date())
    ])
    await lab.board.fail(.losePower(after: 3, uncertain: 0))
    _ = try? await lab.board.apply(lab.train(.uniform(.up, count: 4)), number: number)
    await lab.board.forget()
    await lab.board.count(up: 7, row: 8, column: 7)
    let home = try lab.killed()
    try await session.close(status: "killed")
    let adoption = try await LedgerAdoption(
      operatorName: "R. Ram", reason: "pulsed by hand", countsAsWear: countsAsWear
    ).adopt(lab.board, home: home, program: "tests")
    #expect(adoption.unexplained == 3 * 9 + 7)
    try await lab.connect(home: home).close(status: "finished")
    let audit = try lab.audit(home)
    #expect(audit.balances, "\(audit.checks.filter { !$0.holds })")
    func wear(_ row: Int, _ column: Int) -> Int? {
      audit.hottest.first { ($0.tile, $0.row, $0.column) == (0, row, column) }?.pulses
    }
    #expect(wear(2, 1) == 3)
    // What was fired on another chip is no wear of this one; what this chip may have had is.
    #expect(wear(8, 7) == (countsAsWear ? 7 : nil))
    #expect(audit.adopted == (countsAsWear ? 34 : 0))
  }

  /// A memory that was lost does not say that uncertain pulses were not fired.
  @Test func aLostMemoryClearsNoWear() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let train = lab.train(.uniform(.up, count: 4))
    _ = try await session.journal.record([TrainIntent(train: train, time: Date())])
    await lab.board.loseMemory()
    // The new memory has taken the number for a train of its own.
    _ = try await lab.board.apply(
      lab.train(.uniform(.down, count: 1), on: .cell(row: 0, column: 0)))
    let home = try lab.killed()
    try await session.close(status: "killed")
    _ = try await LedgerAdoption(operatorName: "R. Ram", reason: "new FRAM")
      .adopt(lab.board, home: home, program: "tests")
    try await lab.connect(home: home).close(status: "finished")
    let audit = try lab.audit(home)
    #expect(audit.balances, "\(audit.checks.filter { !$0.holds })")
    #expect(audit.hottest.first?.pulses == 4 && audit.adopted == 1)
  }

  // MARK: Signed ledgers

  @Test func theEndOfASignedLedgerIsSigned() async throws {
    let lab = try ReconcileLab()
    try lab.home.makeFolder(ofChip: "FB-1")
    _ = try LedgerKey.make(folder: try lab.home.folder(ofChip: "FB-1"))
    try await lab.connect().close(status: "finished")
    await lab.board.count(up: 2, row: 8, column: 7)
    let isSigned = "signatures are those of the chip's key"
    // Who finds that something is wrong signs that, too: the signatures are not what is wrong.
    await #expect(throws: LedgerMismatch.self) { _ = try await lab.connect() }
    var checks = try lab.audit().checks
    #expect(checks.first { $0.name == isSigned }?.holds == true, "\(checks)")
    _ = try await LedgerAdoption(operatorName: "R. Ram", reason: "pulsed by hand")
      .adopt(lab.board, home: lab.home, program: "tests")
    checks = try lab.audit().checks
    #expect(checks.allSatisfy { $0.holds }, "\(checks)")
    // Where nothing was added, nothing is signed again.
    let records = try LedgerReader(lab.home.ledger(ofChip: "FB-1")).lastRecord()
    await #expect(throws: LedgerError.self) { _ = try await lab.connect(time: .distantPast) }
    #expect(try LedgerReader(lab.home.ledger(ofChip: "FB-1")).lastRecord() == records)
    #expect(try lab.audit().balances)
  }

  @Test func anUnsignedEndFailsTheAudit() async throws {
    let lab = try ReconcileLab()
    try lab.home.makeFolder(ofChip: "FB-1")
    _ = try LedgerKey.make(folder: try lab.home.folder(ofChip: "FB-1"))
    try await lab.connect().close(status: "finished")
    let signed = try LedgerReader(lab.home.ledger(ofChip: "FB-1")).lastRecord()
    let session = try await lab.connect()
    _ = try await MeteredDevice(lab.board, journal: session.journal).apply(
      lab.train(.alternating(pairs: 1)))
    // While it is written, the end is not there yet; after a kill it never came.
    func check(_ audit: LedgerAudit) -> LedgerAudit.Check? {
      audit.checks.first { $0.name.hasPrefix("signatures") }
    }
    #expect(check(try lab.audit())?.holds == true)
    let home = try lab.killed()
    let killed = check(try lab.audit(home))
    #expect(killed?.holds == false)
    let records = try LedgerReader(home.ledger(ofChip: "FB-1")).lastRecord()
    #expect(
      killed?.detail.contains("\(records - signed) records after the last signature") == true,
      "\(killed?.detail ?? "")")
    try await lab.connect(home: home).close(status: "finished")
    #expect(try lab.audit(home).balances)
    try await session.close(status: "killed")
  }
}

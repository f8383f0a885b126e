import DeviceContract
import Foundation
import GRDB
import Testing

@testable import PulseLedger

/// A run's ledger beside its chip's: whatever a kill or a power failure leaves, the two are made equal
/// before the next pulse, or the run is refused.
@Suite struct RunLedgerTests {
  /// What a kill in the middle of a train leaves.
  private enum Cut: CaseIterable {
    /// The chip's ledger has the intent, the run's has not.
    case intent
    /// The run's ledger has the outcome, the chip's has not.
    case outcome
  }

  private func expectEqual(
    _ run: RunRequest, _ home: LedgerHome, fired: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let chip = try LedgerReader(home.ledger(ofChip: "FB-1")).state()
    let own = try LedgerReader(run.ledger).state()
    let sums = [own.runs[run.id]?.sums, chip.runs[run.id]?.sums]
    #expect(sums[0] == sums[1] && sums[0]?.fired.all == fired, sourceLocation: sourceLocation)
    #expect(own.open.isEmpty && chip.open.isEmpty, sourceLocation: sourceLocation)
    for path in [run.ledger, try home.ledger(ofChip: "FB-1")] {
      let audit = try LedgerAudit.of(path)
      #expect(audit.balances, "\(audit.checks)", sourceLocation: sourceLocation)
      #expect(audit.verification.isWhole, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: Cut.allCases)
  private func aKillBetweenTheTwoLedgers(cut: Cut) async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let session = try await lab.connect(run: run)
    let device = lab.metered(session)
    let train = lab.train(.alternating(pairs: 5))
    _ = try await device.apply(train)
    var killed = try lab.killed(run)
    let number = try await session.journal.record([TrainIntent(train: train, time: Date())])
    let home = try lab.killed()
    let receipt = cut == .outcome ? try await lab.board.apply(train, number: number) : nil
    if let receipt {
      try await session.journal.settle([
        TrainSettlement(
          number: number,
          outcome: TrainOutcome(
            status: .fired, fired: receipt.fired, time: Date(), odometer: receipt.odometer))
      ])
      killed = try lab.killed(run)
    }
    let again = try await lab.connect(home: home, run: killed)
    #expect(again.reconciliation.settled.map(\.status) == [receipt == nil ? .refused : .fired])
    _ = try await lab.metered(again).apply(train)
    #expect(try await again.close(status: "finished"))
    try expectEqual(killed, home, fired: receipt == nil ? 180 : 270)
    #expect(try await lab.odometer().all == (receipt == nil ? 180 : 270))
    _ = try? await session.close(status: "killed")
  }

  /// A power failure takes what the run's ledger had not forced to the disk: all but its first record
  /// here.
  @Test func aPowerFailureTakesARunsLedgerBackToItsStart() async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    // Another run was there before: the run's own count does not begin at 0.
    let other = try lab.run("other")
    let first = try await lab.connect(run: other)
    _ = try await lab.metered(first).apply(
      lab.train(.uniform(.up, count: 2)))
    #expect(try await first.close(status: "finished"))

    let session = try await lab.connect(run: run)
    let device = lab.metered(session)
    for _ in 0..<3 { _ = try await device.apply(lab.train(.alternating(pairs: 5))) }
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    try FileManager.default.removeItem(atPath: killed.ledger + "-wal")
    try? FileManager.default.removeItem(atPath: killed.ledger + "-shm")
    #expect(try LedgerReader(killed.ledger).lastRecord() == 1)
    // Longer than a clock may step back: what is copied keeps its times, and no record is before another.
    try await Task.sleep(for: .microseconds(LedgerStore.clockTolerance + 100_000))
    let again = try await lab.connect(home: home, run: killed)
    #expect(try await again.close(status: "finished"))
    try expectEqual(killed, home, fired: 270)
    try await session.close(status: "killed")
  }

  /// The run was gone on with once, with another run in between, and all of that is lost.
  @Test(arguments: [true, false])
  func aPowerFailureTakesASecondSession(saidFarewell: Bool) async throws {
    let lab = try ReconcileLab()
    let (run, other) = (try lab.run("run"), try lab.run("other"))
    func fire(_ run: RunRequest, _ pairs: Int) async throws -> LedgerSession {
      let session = try await lab.connect(run: run)
      _ = try await lab.metered(session).apply(
        lab.train(.alternating(pairs: pairs)))
      return session
    }
    let first = try await fire(run, 1)
    // Without the farewell the file as it is now is that of a process that was killed.
    var before = try lab.killed(run)
    try await first.close(status: "interrupted")
    if saidFarewell { before = try lab.killed(run) }
    try await fire(other, 2).close(status: "finished")
    let second = try await fire(run, 3)
    let home = try lab.killed()
    try await second.close(status: "killed")

    let again = try await lab.connect(home: home, run: before)
    #expect(try await again.close(status: "finished"))
    try expectEqual(before, home, fired: 9 * 2 + 9 * 6)
  }

  /// What came before the run was last begun cannot be told from the chip's ledger: the run is refused,
  /// and the chip goes on.
  @Test func aRunThatLostMoreIsRefused() async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let train = lab.train(.alternating(pairs: 5))
    let first = try await lab.connect(run: run)
    // The run's ledger as it was before its first train.
    let lost = try lab.killed(run)
    _ = try await lab.metered(first).apply(train)
    try await first.close(status: "interrupted")
    let second = try await lab.connect(run: run)
    _ = try await lab.metered(second).apply(train)
    try await second.close(status: "interrupted")

    let counted = try await lab.odometer()
    let error = await #expect(throws: LedgerError.self) { _ = try await lab.connect(run: lost) }
    #expect(error?.code == .corrupt && error?.path == lost.ledger)
    #expect(error?.explanation.contains("it cannot be gone on with") == true)
    #expect(error?.explanation.contains("nothing was fired") == true)
    #expect(try await lab.odometer() == counted)
    let other = try await lab.connect(run: try lab.run("other"))
    #expect(try await other.close(status: "finished"))
    #expect(try lab.audit().balances)
  }

  /// A kill between the two commits, after a reply was lost: the run has the train as uncertain, and the
  /// chip's ledger learns from the board that it ran whole.
  @Test func whatTheBoardKnowsBetterStopsNoRun() async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let train = lab.train(.alternating(pairs: 5))
    let session = try await lab.connect(run: run)
    let number = try await session.journal.record([TrainIntent(train: train, time: Date())])
    let home = try lab.killed()
    _ = try await lab.board.apply(train, number: number)
    try await session.journal.settle([
      TrainSettlement(
        number: number,
        outcome: TrainOutcome(
          status: .uncertain, fired: PulseTotals(), uncertain: train.totals.all,
          cells: CellCounts(cells: train.region.count), time: Date(), explanation: "reply lost"))
    ])
    let killed = try lab.killed(run)
    try await session.close(status: "killed")

    let again = try await lab.connect(home: home, run: killed)
    _ = try await lab.metered(again).apply(train)
    #expect(try await again.close(status: "finished"))
    let chip = try lab.audit(home)
    #expect(chip.balances, "\(chip.checks)")
    #expect(chip.total.fired.all == 2 * train.totals.all && chip.total.uncertain == 0)
    let own = try LedgerAudit.of(killed.ledger)
    #expect(own.balances, "\(own.checks)")
    #expect(own.total.fired.all == train.totals.all && own.total.uncertain == train.totals.all)
  }

  /// The chip's ledger cannot be written at the end; the run's is closed all the same.
  @Test func oneLedgerIsClosedWhateverBecameOfTheOther() async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let session = try await lab.connect(run: run)
    _ = try await lab.metered(session).apply(lab.train(.alternating(pairs: 5)))
    let path = try lab.home.ledger(ofChip: "FB-1")
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let foreign = try DatabaseQueue(path: path, configuration: configuration)
    try await foreign.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    let error = await #expect(throws: LedgerError.self) {
      try await session.close(status: "finished")
    }
    #expect(error?.code == .busy && error?.path == path)
    let audit = try LedgerAudit.of(run.ledger)
    #expect(audit.balances && audit.verification.isSealed, "\(audit.checks)")
    for ledger in [path, run.ledger] {
      #expect(LedgerStore.writer(of: ledger) == nil, "\(ledger) is still held")
    }
    try foreign.close()
    try await lab.connect().close(status: "reconciled")
    #expect(try lab.audit().balances)
  }

  // MARK: The key of the chip

  @Test func theKeyIsPublishedWithTheRun() async throws {
    let lab = try ReconcileLab()
    try lab.home.makeFolder(ofChip: "FB-1")
    let folder = try lab.home.folder(ofChip: "FB-1")
    let key = try LedgerKey.make(folder: folder)
    let run = try lab.run("run")
    try await lab.connect(run: run).close(status: "finished")
    #expect(LedgerKey.publicKey(beside: run.ledger) == key.publicKey)
    let signed = try LedgerAudit.of(run.ledger)
    #expect(signed.balances && signed.verification.signatures.count == 1, "\(signed.checks)")
    // The key that is published is the chip's, and not the one that happens to sign.
    try FileManager.default.removeItem(atPath: folder + "/" + LedgerKey.privateName)
    let elsewhere = LedgerHome(path: lab.folder.file("elsewhere"))
    try elsewhere.makeFolder(ofChip: "FB-1")
    let strange = try LedgerKey.make(folder: try elsewhere.folder(ofChip: "FB-1"))
    try FileManager.default.copyItem(
      atPath: try elsewhere.folder(ofChip: "FB-1") + "/" + LedgerKey.privateName,
      toPath: folder + "/" + LedgerKey.privateName)
    let next = try lab.run("next")
    try await lab.connect(run: next).close(status: "finished")
    #expect(LedgerKey.publicKey(beside: next.ledger) == key.publicKey)
    let audit = try LedgerAudit.of(next.ledger)
    #expect(!audit.balances)
    #expect(
      audit.checks.contains { !$0.holds && $0.detail.contains("signed with \(strange.publicKey)") })
  }

  /// A run whose chip has a key, on a host that lacks it: the run says that it is not signed.
  @Test func withoutThePrivateKeyARunIsNotSigned() async throws {
    let lab = try ReconcileLab()
    try lab.home.makeFolder(ofChip: "FB-1")
    let folder = try lab.home.folder(ofChip: "FB-1")
    let key = try LedgerKey.make(folder: folder)
    try FileManager.default.removeItem(atPath: folder + "/" + LedgerKey.privateName)
    let run = try lab.run("run")
    try await lab.connect(run: run).close(status: "finished")
    #expect(LedgerKey.publicKey(beside: run.ledger) == key.publicKey)
    let audit = try LedgerAudit.of(run.ledger)
    #expect(!audit.balances)
    #expect(audit.checks.contains { !$0.holds && $0.detail.contains("no record is signed") })
  }
}

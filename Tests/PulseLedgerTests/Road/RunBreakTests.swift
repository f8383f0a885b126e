import DeviceContract
import Foundation
import PhysicalUnits
import Testing

@testable import PulseLedger

/// Reads that a kill may have taken: they are made again, and that is on record.
@Suite struct RunBreakTests {
  private let lab: ReconcileLab
  private let train: PulseTrain
  private let request: ReadRequest

  init() throws {
    lab = try ReconcileLab()
    train = lab.train(.uniform(.up, count: 2))
    request = ReadRequest(region: train.region, averages: 4)
  }

  /// A train, a read and a train, and then a kill.
  private func killed() async throws -> (home: LedgerHome, run: RunRequest) {
    let run = try lab.run("run")
    let device = lab.metered(try await lab.connect(run: run))
    _ = try await device.apply(train)
    _ = try await device.read(request)
    _ = try await device.apply(train)
    return (try lab.killed(), try lab.killed(run))
  }

  /// The next process, with all that the ledger has taken.
  private func goOn(
    _ home: LedgerHome, _ run: RunRequest
  ) async throws -> (session: LedgerSession, device: MeteredDevice) {
    let session = try await lab.connect(home: home, run: run)
    let device = MeteredDevice(
      lab.board, odometer: session.odometer, journal: session.journal,
      replay: try RunReplay(of: run.ledger))
    _ = try await device.apply(train)
    _ = try await device.read(request)
    _ = try await device.apply(train)
    return (session, device)
  }

  /// How often a ledger says that a read was made again; each time before a reading.
  private func rereads(_ run: RunRequest) throws -> Int {
    var (count, isAfter) = (0, false)
    try LedgerReader(run.ledger).forEach { _, entry in
      if case .reading = entry.content { isAfter = false }
      #expect(!isAfter)
      if case .reread(let reread) = entry.content {
        (count, isAfter) = (count + 1, true)
        #expect(reread.region == request.region && reread.averages == 4)
      }
      return true
    }
    return count
  }

  /// A board's clock goes on by itself, or is not kept: the read may have been made.
  ///
  /// One that counts work alone, as that of a simulator does, and stands where the ledger has it, tells that it was not.
  @Test(arguments: [(0.0, 1, nil), (60.0, 1, 59.0), (1.0, 0, nil), (0.5, 1, nil)])
  func aReadIsTheFirstThingAfterAKill(clock: Double, extra: Int, elapsed: Double?) async throws {
    let (home, run) = try await killed()
    await lab.board.show(clock: clock)
    let (session, device) = try await goOn(home, run)
    #expect(await device.account.extraReads == 0)
    _ = try await device.read(request)
    _ = try await device.read(request)
    #expect(await device.account.extraReads == extra)
    #expect(await device.replayed.elapsed?.value == elapsed)
    #expect(try rereads(run) == extra)
    #expect(try await session.close(status: "finished"))
    let audit = try LedgerAudit.of(run.ledger)
    #expect(audit.balances, "\(audit.checks)")
    #expect(audit.notes.count { $0.text.contains("read again") } == extra)
  }

  /// The kill came in a train, or between a read's record and the train after it.
  @Test(arguments: [true, false]) func aTrainIsTheFirstThingAfterAKill(isOpen: Bool) async throws {
    let run = try lab.run("run")
    let session = try await lab.connect(run: run)
    let first = lab.metered(session)
    _ = try await first.apply(train)
    _ = try await first.read(request)
    if isOpen {
      _ = try await session.journal.record([TrainIntent(train: train, time: Date())])
    }
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    // It may have read before its train came, but that read is on record.
    let (_, device) = try await goOn(home, killed)
    _ = try await device.read(request)
    #expect(await device.account.extraReads == 0)
    #expect(try rereads(killed) == 0)
  }

  /// The device had fired the train that the kill came in: whoever waited for it had not read yet.
  @Test func theLastTrainWasFiredAndNotTold() async throws {
    let run = try lab.run("run")
    let session = try await lab.connect(run: run)
    let first = lab.metered(session)
    _ = try await first.apply(train)
    _ = try await first.read(request)
    let number = try await session.journal.record([TrainIntent(train: train, time: Date())])
    _ = try await lab.board.apply(train, number: number)
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    let (again, device) = try await goOn(home, killed)
    #expect(again.reconciliation.settled.map(\.status) == [.fired])
    _ = try await device.read(request)
    #expect(await device.account.extraReads == 0)
  }

  /// The chip's ledger has the train that came after a read, and the run's has lost the read with the power.
  @Test func aPowerFailureTookTheRecordOfARead() async throws {
    let run = try lab.run("run")
    let session = try await lab.connect(run: run)
    _ = try await lab.metered(session).apply(train)
    _ = try await session.journal.record([TrainIntent(train: train, time: Date())])
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    let again = try await lab.connect(home: home, run: killed)
    #expect(again.reconciliation.settled.map(\.status) == [.refused])
    let device = MeteredDevice(
      lab.board, odometer: again.odometer, journal: again.journal,
      replay: try RunReplay(of: killed.ledger))
    _ = try await device.apply(train)
    _ = try await device.read(request)
    #expect(await device.account.extraReads == 1)
  }

  /// A process that is killed before it writes anything may have read as well; and what one has written down, all
  /// that come after it know.
  @Test func aRunIsKilledOftenAtOneRead() async throws {
    var (home, run) = try await killed()
    _ = try await goOn(home, run)
    (home, run) = (try lab.killed(home), try lab.killed(run))
    let (_, second) = try await goOn(home, run)
    _ = try await second.read(request)
    #expect(await second.account.extraReads == 1)
    _ = try await second.apply(train)
    (home, run) = (try lab.killed(home), try lab.killed(run))
    let (_, third) = try await goOn(home, run)
    _ = try await third.read(request)
    _ = try await third.apply(train)
    _ = try await third.apply(train)
    #expect(await third.account.extraReads == 1)
    #expect(try rereads(run) == 1)
  }

  /// What was read when a run was stopped in a train, nobody reads who goes on with it.
  @Test func aReadOfAFarewellIsExtra() async throws {
    let run = try lab.run("run")
    let store = try await LedgerStore.open(
      run.ledger, genesis: LedgerBench.genesis(.run, rows: 9, columns: 8))
    try await store.append(LedgerBench.connection(LedgerBench.genesis(.run, rows: 9, columns: 8)))
    _ = try await store.record([TrainIntent(train: train, time: Date())])
    let cells = train.region.count
    try await store.settle([
      TrainSettlement(
        number: 1,
        outcome: TrainOutcome(
          status: .partial, fired: PulseTotals(up: cells), cells: CellCounts(cells: cells, up: 1),
          time: Date()))
    ])
    try await store.observe([try await lab.board.read(request)], time: Date())
    try await store.close()
    let device = MeteredDevice(lab.board, replay: try RunReplay(of: run.ledger))
    #expect(await device.account.extraReads == 1)
  }
}

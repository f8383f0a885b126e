import DeviceContract
import Foundation
import PhysicalUnits
import SimulatedCrossbar
import Testing

@testable import PulseLedger

/// Reads that are asked for together: made one after the other, written down at once.
@Suite struct BatchReadTests {
  private static let requests = (0..<6).map {
    ReadRequest(
      region: CellRegion(rows: 0..<4, columns: Column($0)..<Column($0 + 1)), averages: 1 + $0 % 2)
  }

  @Test func manyReadsAreThoseOfOneByOne() async throws {
    let (bench, other) = (try Bench(), try Bench())
    let journal = CallJournal()
    let device = MeteredDevice(bench.simulator, journal: journal)
    let single = MeteredDevice(other.simulator)
    #expect(try await device.read([ReadRequest]()).isEmpty)
    let readings = try await device.read(Self.requests)
    var expected: [Reading] = []
    for request in Self.requests { expected.append(try await single.read(request)) }
    #expect(readings == expected)
    #expect(await journal.observed.map(\.count) == [6])
    #expect(await device.account == (await single.account))
  }

  /// What was found before a read that failed is data, and is kept.
  @Test func aFailureInTheMiddleKeepsWhatWasFound() async throws {
    let bench = try Bench()
    let journal = CallJournal()
    let device = MeteredDevice(bench.simulator, journal: journal)
    var requests = Self.requests
    requests[2].averages = 0
    let error = await #expect(throws: DeviceError.self) { try await device.read(requests) }
    #expect(error?.code == .refused)
    #expect(await journal.observed.map { $0.map(\.region) } == [requests[..<2].map(\.region)])
    #expect(await device.account.reads == 8)
    // The turn was given on.
    _ = try await device.read(Self.requests)
  }

  @Test func whatIsNotWrittenDownIsNotGiven() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, journal: CallJournal(failsToObserve: true))
    let error = await #expect(throws: DeviceError.self) { try await device.read(Self.requests) }
    #expect(error?.code == .notRecorded)
  }

  /// One by one or together: an interrupted run does not say how its reads were asked for.
  @Test(arguments: [1, 2, 6]) func aRunIsGoneOnWithInOtherBatches(size: Int) async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let train = lab.train(.uniform(.up, count: 2))
    let first = lab.metered(try await lab.connect(run: run))
    _ = try await first.apply(train)
    let found = try await first.read(Array(Self.requests[..<4]))
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    let session = try await lab.connect(home: home, run: killed)
    let device = MeteredDevice(
      lab.board, odometer: session.odometer, journal: session.journal,
      replay: try RunReplay(of: killed.ledger))
    _ = try await device.apply(train)
    var readings: [Reading] = []
    for start in stride(from: 0, to: 6, by: size) {
      readings += try await device.read(Array(Self.requests[start..<min(6, start + size)]))
    }
    #expect(readings.map(\.region) == Self.requests.map(\.region))
    #expect(Array(readings[..<4]) == found)
    #expect(await device.replayed.reads == 4)
    #expect(try await session.close(status: "finished"))
    let audit = try LedgerAudit.of(killed.ledger)
    #expect(audit.balances, "\(audit.checks)")
    var recorded = 0
    try LedgerReader(killed.ledger).forEach { _, entry in
      if case .reading = entry.content { recorded += 1 }
      return true
    }
    #expect(recorded == 6)
  }

  /// Of reads that are the first thing after a kill, the clock of a device tells which may have been made.
  @Test(arguments: [(nil, 3), (0.0, 0), (1.2, 1), (1.6, 2), (60.0, 3)])
  func readsAfterAKillMayHaveBeenMade(durations: Double?, extra: Int) async throws {
    let lab = try ReconcileLab()
    let run = try lab.run("run")
    let train = lab.train(.uniform(.up, count: 2))
    let first = lab.metered(try await lab.connect(run: run))
    _ = try await first.apply(train)
    let requests = (0..<3).map {
      ReadRequest(region: CellRegion(rows: 0..<4, columns: Column($0)..<Column($0 + 1)))
    }
    let duration = lab.board.capabilities.converter.duration(of: requests[0].region, averages: 1)
    let (home, killed) = (try lab.killed(), try lab.killed(run))
    // After the train the board's clock was at 1 s; one that is at 0 is not kept.
    await lab.board.show(clock: durations.map { 1 + $0 * duration.value } ?? 0)
    let session = try await lab.connect(home: home, run: killed)
    let device = MeteredDevice(
      lab.board, odometer: session.odometer, journal: session.journal,
      replay: try RunReplay(of: killed.ledger))
    _ = try await device.apply(train)
    _ = try await device.read(requests)
    #expect(await device.account.extraReads == extra)
    var (rereads, readings) = (0, 0)
    try LedgerReader(killed.ledger).forEach { _, entry in
      if case .reread = entry.content { rereads += 1 }
      if case .reading = entry.content { readings += 1 }
      return true
    }
    #expect(rereads == extra && readings == 3)
  }

  /// Reads that were made again together, of 1 s and of 5 s: the ledger knows 12 s of them.
  @Test func timesOfReadsThatWereMadeAgainAddUp() throws {
    let genesis = LedgerBench.genesis(.run, rows: 4, columns: 6)
    func connection(_ clock: Double) -> LedgerEntry.Content {
      guard case .connection(var connection) = LedgerBench.connection(genesis) else {
        return .genesis(genesis)
      }
      connection.history = DeviceHistory(
        epoch: 1, last: 0, oldestKept: 1, pulses: PulseTotals(), clock: Seconds(clock))
      return .connection(connection)
    }
    var end = RunBreak()
    var record = 0
    func visit(_ content: LedgerEntry.Content) {
      record += 1
      end.visit(record, content, isFarewell: false)
    }
    visit(connection(10))
    for request in Self.requests[..<2] {
      visit(
        .reread(
          LedgerEntry.RepeatedRead(
            region: request.region, averages: request.averages, explanation: "")))
    }
    for request in Self.requests[..<2] {
      visit(
        .reading(
          LedgerEntry.ObservedReading(
            region: request.region, averages: request.averages,
            digest: [UInt8](repeating: 0, count: 32))))
    }
    visit(connection(25))
    end.compareClocks { Seconds($0 == 4 ? 1 : 5) }
    #expect(end.elapsed?.value == 3 && end.extraReads == 2)
  }
}

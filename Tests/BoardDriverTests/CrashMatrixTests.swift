import BoardDriver
import DeviceContract
import Foundation
import PulseLedger
import SimulatedCrossbar
import Synchronization
import Testing
import WireProtocol

@testable import VirtualBoard

/// Who dies when, and what is left: the rows of section 8 of the specification, one test each.
@Suite struct CrashMatrixTests {
  private static let trains = [Wire.Trains.type, Wire.Cells.type]
  private static let outcomes = [Wire.Outcome.type, Wire.Fired.type]
  private static let cells = CrashLab.rows * CrashLab.columns

  private static func up(_ count: Int) -> PulseTotals { PulseTotals(up: count * cells) }

  // MARK: The line

  @Test(arguments: [LineRule.Fate.isLost, .isDamaged, .comesTwice])
  func aFrameIsLostOrDamagedOrComesTwice(fate: LineRule.Fate) async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toBoard, Self.trains) { fate }
    let receipt = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    #expect(host.rule.isSpent && receipt.fired == Self.up(7))
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    try await host.leave()
    try await lab.expectExactly(Self.up(9))
  }

  @Test(arguments: [LineRule.Fate.isLost, .isDamaged, .comesTwice])
  func anAnswerIsLostOrDamagedOrComesTwice(fate: LineRule.Fate) async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toHost, Self.outcomes) { fate }
    let receipt = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    #expect(host.rule.isSpent && receipt.fired == Self.up(7))
    try await host.leave()
    try await lab.expectExactly(Self.up(7))
  }

  /// All that tells of a train is lost with the line; the board's journal has it.
  @Test func theLineBreaksBeforeTheOutcome() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toHost, Self.outcomes) { .breaks }
    let receipt = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    #expect(host.rule.isSpent && receipt.fired == Self.up(7))
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    try await host.leave()
    try await lab.expectExactly(Self.up(9))
  }

  /// The same trains go out again under the same numbers, and none of those that were begun.
  @Test func theLineBreaksBeforeTheTrainLeft() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toBoard, Self.trains) { .breaks }
    let receipts = try await host.road.apply([
      host.train(.uniform(.up, count: 3)), host.train(.uniform(.down, count: 2)),
    ])
    #expect(receipts.map(\.fired.all) == [3 * Self.cells, 2 * Self.cells])
    #expect(try await host.device.history().last == 2)
    try await host.leave()
    try await lab.expectExactly(PulseTotals(up: 3 * Self.cells, down: 2 * Self.cells))
  }

  /// What the train needs was set in a session that is over: it must not go out in the next one without.
  @Test func theLineBreaksBetweenThePulseAndArming() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toBoard, [Wire.Arm.type]) { .breaks }
    let receipt = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    #expect(host.rule.isSpent && receipt.fired == Self.up(7))
    try await host.leave()
    try await lab.expectExactly(Self.up(7))
  }

  /// The same where the board restarts without a word after it has set the pulse.
  @Test func theBoardRestartsBetweenThePulseAndArming() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    let isSet = Mutex(false)
    host.rule.once(.toBoard, [Wire.Arm.type]) {
      isSet.withLock { $0 = true }
      return .isLost
    }
    async let end = host.road.apply(host.train(.uniform(.up, count: 7)))
    try await CrashLab.wait("arming") { isSet.withLock { $0 } }
    try await lab.server.reboot()
    #expect(try await end.fired == Self.up(7))
    try await host.leave()
    try await lab.expectExactly(Self.up(7))
  }

  /// A read moves nothing, so it is made again.
  @Test func theLineBreaksInARead() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    host.rule.once(.toHost, [Wire.Reading.type]) { .breaks }
    let reading = try await host.road.read(
      ReadRequest(region: host.device.capabilities.whole()))
    #expect(host.rule.isSpent && reading.weights.count == Self.cells)
    // The board had read already: what comes after has other noise, and that is said.
    #expect(reading.repeats == 1)
    #expect(await host.road.account.extraReads == 1)
    try await host.leave()
  }

  // MARK: The host

  @Test func theHostDiesBeforeItSends() async throws {
    let lab = try await CrashLab()
    let estate = Estate()
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    host.rule.once(.toBoard, Self.trains) { estate.take(lab) }
    let home = try await estate.die(host, firing: [host.train(.uniform(.up, count: 7))])

    let next = try await lab.connect(home)
    #expect(next.session.reconciliation.settled.map(\.number) == [2])
    #expect(next.session.reconciliation.settled.map(\.status) == [.refused])
    // Its number is used up: whatever of the dead host may still come is an old number.
    #expect(try await next.device.history().last == 2)
    _ = try await next.road.apply(next.train(.uniform(.up, count: 7)))
    try await next.leave()
    try await lab.expectExactly(Self.up(9), home)
  }

  @Test func theHostDiesAfterItSent() async throws {
    let lab = try await CrashLab()
    let estate = Estate()
    let host = try await lab.connect()
    host.rule.once(.toHost, Self.outcomes) { estate.take(lab) }
    let home = try await estate.die(host, firing: [host.train(.uniform(.up, count: 7))])

    let next = try await lab.connect(home)
    #expect(next.session.reconciliation.settled.map(\.fired) == [7 * Self.cells])
    try await next.leave()
    try await lab.expectExactly(Self.up(7), home)
  }

  /// The first train runs, two wait: the next host has the running one stopped between two steps, and those
  /// that waited are dropped.
  @Test func theHostDiesWhileTrainsWait() async throws {
    let lab = try await CrashLab()
    let estate = Estate()
    let host = try await lab.connect()
    host.rule.once(.toHost, [Wire.Status.type] + Self.outcomes) { estate.take(lab) }
    let long = host.train(.alternating(pairs: 400_000))
    let short = host.train(.uniform(.up, count: 7))
    let home = try await estate.die(host, firing: [long, short, short])

    let next = try await lab.connect(home)
    let settled = next.session.reconciliation.settled
    #expect(settled.map(\.number) == [1, 2, 3])
    #expect(settled.map(\.status) == [.partial, .refused, .refused])
    #expect(settled[0].fired > 0 && settled[0].fired < 800_000 * Self.cells)
    try await next.leave()
    let balance = try await lab.expectBalance(home)
    #expect(balance.uncertain == 0 && balance.fired == balance.sure)
    #expect(balance.fired.up == balance.fired.down, "stopped within a pair")
  }

  // MARK: The board

  @Test func theBoardDiesWhileTheTrainWaits() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    let boots = await lab.server.boots
    let lost = Mutex(false)
    host.rule.once(.toBoard, Self.trains) {
      lost.withLock { $0 = true }
      return .isLost
    }
    async let end = host.road.apply(host.train(.uniform(.up, count: 7)))
    try await CrashLab.wait("the train leaves") { lost.withLock { $0 } }
    try await lab.server.reboot()
    let receipt = try await end
    #expect(receipt.fired == Self.up(7))
    #expect(await lab.server.boots == boots + 1)
    #expect(try await host.device.history().last == 1)
    try await host.leave()
    try await lab.expectExactly(Self.up(7))
  }

  /// What was fired is known up to a group, and the rest goes out only when it is asked for, as a new train.
  @Test func theBoardDiesInTheTrain() async throws {
    let power = PowerSwitch()
    let lab = try await CrashLab(powerFailure: power.fails)
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    // The intent, and the number with the first group; this is before the third group.
    power.fail(atWrite: 4, torn: .none)
    let train = host.train(.uniform(.up, count: 30))
    let error = await #expect(throws: DeviceError.self) { try await host.road.apply(train) }
    let partial = try #require(error?.partial)
    #expect(error?.code == .linkLost)
    #expect(partial.fired.up > 0 && partial.fired.up < 30 * Self.cells)
    #expect(partial.uncertain > 0 && partial.uncertain <= CrashLab.group * Self.cells)
    // Nobody fires the rest unasked.
    let before = try await lab.physics()
    #expect(try await host.device.history().last == 2)
    try await host.leave()
    #expect(try await lab.physics() == before)
    let next = try await lab.connect()
    let rest = 30 - partial.fired.up / Self.cells
    _ = try await next.road.apply(next.train(.uniform(.up, count: rest)))
    #expect(try await next.device.history().last == 3)
    try await next.leave()
    let balance = try await lab.expectBalance()
    #expect(balance.sure == Self.up(32))
    #expect(balance.uncertain == partial.uncertain)
  }

  /// The memory is gone under a host that is connected: no number of the old life may be used.
  @Test func theBoardsMemoryIsLostWithinASession() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    // The board has its memory no more once the train was sent.
    let isSent = Mutex(false)
    host.rule.once(.toBoard, Self.trains) {
      isSent.withLock { $0 = true }
      return .isLost
    }
    let end = Task { try await host.road.apply(host.train(.uniform(.up, count: 1))) }
    try await CrashLab.wait("the train leaves") { isSent.withLock { $0 } }
    try FileManager.default.removeItem(atPath: lab.memory)
    try await lab.server.reboot()
    let error = await #expect(throws: DeviceError.self) { try await end.value }
    #expect(
      error?.code == .faulted && error?.explanation.contains("memory") == true, "\(error as Any)")
    _ = try? await host.leave()
    #expect(try await lab.physics().totals == Self.up(7))
    // Nobody knows whether the old life of the board had the train.
    let refusal = await #expect(throws: LedgerMismatch.self) { try await lab.connect() }
    #expect(refusal?.reconciliation.settled.map(\.uncertain) == [Self.cells])
  }

  @Test func theBoardsMemoryIsLostAndAdopted() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    let name = host.device.capabilities.identity.serialNumber
    try await host.leave()
    try FileManager.default.removeItem(atPath: lab.memory)
    try await lab.server.reboot()
    let refusal = await #expect(throws: LedgerMismatch.self) { try await lab.connect() }
    guard case .otherEpoch = refusal?.reconciliation.mismatches.first else {
      Issue.record("another life of the board is not named: \(refusal as Any)")
      return
    }
    #expect(try await lab.physics().totals == Self.up(7))

    let device = try await lab.device()
    let result = try await LedgerAdoption(operatorName: "tests", reason: "new memory").adopt(
      device, home: lab.home, program: "tests")
    await device.close()
    #expect(result.wasNeeded && result.chip == name)
    let next = try await lab.connect()
    _ = try await next.road.apply(next.train(.uniform(.up, count: 2)))
    // The numbers of the new life begin anew.
    #expect(try await next.device.history().last == 1)
    #expect(try await next.leave())
    let audit = try LedgerAudit.of(try lab.home.ledger(ofChip: name))
    // The old life stays on record.
    #expect(audit.balances && audit.total.fired == Self.up(9), "\(audit.checks)")
  }

  @Test func anotherBoardIsInItsPlace() async throws {
    let (lab, other) = (try await CrashLab(), try await CrashLab())
    let host = try await lab.connect(chip: "dut")
    _ = try await host.road.apply(host.train(.uniform(.up, count: 7)))
    try await host.leave()
    let stranger = try await other.connect()
    _ = try await stranger.road.apply(stranger.train(.uniform(.up, count: 3)))
    try await stranger.leave()
    let refusal = await #expect(throws: LedgerMismatch.self) {
      try await other.connect(lab.home, chip: "dut")
    }
    guard case .unknownHistory = refusal?.reconciliation.mismatches.first else {
      Issue.record("a stranger's history is not named: \(refusal as Any)")
      return
    }
    #expect(try await other.physics().totals == Self.up(3))
  }

  // MARK: The ledger, and others

  /// A ledger from a backup knows less than the board: its next number was used, and must not be again.
  @Test func theLedgerIsOlderThanTheBoard() async throws {
    let lab = try await CrashLab()
    var host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 1)))
    try await host.leave()
    let backup = try lab.killedHome()
    host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    _ = try await host.road.apply(host.train(.uniform(.down, count: 3)))
    try await host.leave()

    let refusal = try #require(
      await #expect(throws: LedgerMismatch.self) { try await lab.connect(backup) })
    #expect(refusal.reconciliation.mismatches.first == .unknownTrains(first: 2, last: 3))
    // What the board remembers of them can be looked at.
    #expect(
      refusal.reconciliation.unknownTrains.map(\.fired)
        == [Self.up(2), PulseTotals(down: 3 * Self.cells)])
    let fired = PulseTotals(up: 3 * Self.cells, down: 3 * Self.cells)
    #expect(try await lab.physics().totals == fired)

    let device = try await lab.device()
    let result = try await LedgerAdoption(operatorName: "tests", reason: "backup").adopt(
      device, home: backup, program: "tests")
    await device.close()
    #expect(result.unexplained == 5 * Self.cells && result.missing == 0)
    let next = try await lab.connect(backup)
    _ = try await next.road.apply(next.train(.uniform(.up, count: 4)))
    #expect(try await next.device.history().last == 4)
    #expect(try await next.leave())
    try await lab.expectBalance(backup)
    #expect(try await lab.physics().totals == fired + Self.up(4))
  }

  /// Another host's HELLO comes before the train: it fires nothing, and the first host does not take the board
  /// back, not even to close its ledger.
  @Test func twoHosts() async throws {
    let lab = try await CrashLab()
    let host = try await lab.connect()
    _ = try await host.road.apply(host.train(.uniform(.up, count: 2)))
    let greetings = Mutex(0)
    host.rule.set { direction, frame in
      guard direction == .toBoard else { return nil }
      if frame.type == Wire.Hello.type { greetings.withLock { $0 += 1 } }
      guard frame.type == Wire.Trains.type else { return nil }
      var hello: [UInt8] = [0]
      Frame(
        type: Wire.Hello.type,
        payload: Wire.Hello(
          nonce: 77, leastMinor: 0, mostMinor: 0, isDry: 0, program: Array("other".utf8)
        ).bytes
      ).encode(into: &hello)
      return .comesBehind(hello)
    }
    let error = await #expect(throws: DeviceError.self) {
      try await host.road.apply(host.train(.uniform(.up, count: 7)))
    }
    #expect(error?.code == .busy, "\(error as Any)")
    let again = await #expect(throws: DeviceError.self) {
      try await host.road.apply(host.train(.uniform(.up, count: 7)))
    }
    #expect(again?.code == .busy && again?.fired == 0...0, "\(again as Any)")
    _ = try await host.leave()
    #expect(greetings.withLock { $0 } == 0)
    #expect(try await lab.physics().totals == Self.up(2))
    // Once the other is gone, the first finds out what became of its train.
    let next = try await lab.connect()
    #expect(next.session.reconciliation.agrees)
    #expect(next.session.reconciliation.settled.map(\.status) == [.refused])
    try await next.leave()
    try await lab.expectExactly(Self.up(2))
  }
}

/// What a host that dies leaves behind: its ledgers as they were at that instant.
private final class Estate: Sendable {
  private let home = Mutex<Result<LedgerHome, any Error>?>(nil)

  /// The host dies here.
  func take(_ lab: CrashLab) -> LineRule.Fate {
    let left = Result { try lab.killedHome() }
    home.withLock { $0 = left }
    return .ends
  }

  /// Fires trains until the host is dead.
  ///
  /// What becomes of the call is no matter: nobody is left to look at it.
  func die(_ host: CrashLab.Host, firing trains: [PulseTrain]) async throws -> LedgerHome {
    Task { _ = try? await host.road.apply(trains) }
    try await CrashLab.wait("the host dies") { home.withLock { $0 != nil } }
    return try #require(home.withLock { $0 }).get()
  }
}

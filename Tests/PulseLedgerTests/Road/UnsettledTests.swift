import DeviceContract
import Testing

@testable import PulseLedger

/// A train of which only the device's journal can tell: its intent stays open until the device is asked.
@Suite struct UnsettledTests {
  @Test(arguments: [
    (FaultyBoard.Fault.loseReply, 90, 0), (.loseTrain, 0, 0),
    (.losePower(after: 4, uncertain: 2), 36, 18),
  ])
  func theNextTrainSettlesIt(
    fault: FaultyBoard.Fault, fired: Int, uncertain: Int
  ) async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let road = lab.metered(session)
    await lab.board.fail(fault)
    await #expect(throws: DeviceError.self) {
      try await road.apply(lab.train(.alternating(pairs: 5)))
    }
    // Nothing is said that the device may contradict.
    #expect(try lab.audit().open.map(\.number) == [1])
    #expect(try lab.audit().total.trains == 0)
    _ = try await road.apply(lab.train(.uniform(.up, count: 2)))
    var audit = try lab.audit()
    #expect(audit.open.isEmpty)
    #expect(audit.total.fired.all == fired + 18 && audit.total.uncertain == uncertain)
    #expect(try await session.close(status: "finished"))
    audit = try lab.audit()
    #expect(audit.balances, "\(audit.checks)")
    #expect(try await lab.odometer().all == fired + uncertain + 18)
  }

  @Test func parkingSettlesIt() async throws {
    let lab = try ReconcileLab()
    let session = try await lab.connect()
    let road = lab.metered(session)
    await lab.board.fail(.loseReply)
    await #expect(throws: DeviceError.self) {
      try await road.apply(lab.train(.uniform(.up, count: 2)))
    }
    await road.park()
    #expect(try lab.audit().open.isEmpty)
    #expect(try await session.close(status: "interrupted"))
    #expect(try lab.audit().balances)
  }
}

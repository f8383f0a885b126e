import Testing

@testable import WireProtocol

@Suite struct LossMeterTests {
  @Test func aLineOfWhichNothingIsKnownGetsFramesOfMiddleLength() {
    let meter = LossMeter()
    #expect(meter.frameBytes == 682 && meter.mostInFlight == 4096 && !meter.isBad)
  }

  @Test func onACleanLineFramesGrowUntilNothingLimitsThem() {
    var meter = LossMeter()
    for _ in 0..<8 { meter.pass(meter.frameBytes) }
    #expect(meter.frameBytes > 1024)
    for _ in 0..<100 { meter.pass(1024) }
    #expect(meter.mostInFlight == nil && meter.frameBytes >= 16_384)
  }

  /// With a fault every 300 bytes, frames are some third of that, and a few are on their way.
  @Test func onABadLineFramesBecomeShort() {
    var meter = LossMeter()
    for _ in 0..<30 {
      meter.pass(300)
      meter.lose()
    }
    #expect(meter.isBad)
    #expect((95...110).contains(meter.frameBytes))
    #expect((590...640).contains(meter.mostInFlight ?? 0))
  }

  @Test func aLineOnWhichNothingPassesStillGetsFrames() {
    var meter = LossMeter()
    for _ in 0..<100 { meter.lose() }
    #expect(meter.frameBytes == 64 && meter.mostInFlight == 256)
  }

  @Test func aLineThatIsGoodAgainIsTakenForOne() {
    var meter = LossMeter()
    for _ in 0..<10 { meter.lose() }
    meter.pass(70_000)
    #expect(!meter.isBad && meter.mostInFlight == nil)
  }

  /// The link sends no more ahead than the meter says, and one frame always.
  @Test func noMoreIsOnItsWayThanTheLineIsGoodFor() throws {
    var board = try ScriptedBoard()
    for _ in 0..<12 { board.ask(bytes: 500) }
    // 4096 bytes of 514 each.
    #expect(board.sent(at: 1).numbers == Array(0..<7))
    #expect(!board.link.hasRoom)
    board.status(acknowledged: 7, at: 2)
    #expect(board.sent(at: 2).numbers == Array(7..<12))
    #expect(board.link.hasRoom && board.link.bestPayload > 1000)
    board.ask(bytes: 8000)
    board.status(acknowledged: 12, at: 3)
    for _ in 0..<20 { board.status(isGap: true, acknowledged: 12, at: 4) }
    #expect(board.sent(at: 4).numbers == [12])
  }
}

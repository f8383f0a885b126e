import Testing

@testable import WireProtocol

@Suite struct TimeOutTests {
  static let millisecond: UInt64 = 1_000_000

  @Test func theTimeFollowsWhatWasMeasured() {
    var timer = RoundTripTimer()
    #expect(timer.timeout == 200 * Self.millisecond)
    for _ in 0..<50 { timer.measure(3 * Self.millisecond) }
    #expect((3...4).contains(timer.timeout / Self.millisecond))
    for _ in 0..<50 { timer.measure(50_000) }
    #expect(timer.timeout == RoundTripTimer.least)
  }

  @Test func itDoublesUpToTwoSeconds() {
    var timer = RoundTripTimer()
    timer.measure(50_000)
    var times: [UInt64] = []
    for _ in 0..<20 {
      timer.expire()
      times.append(timer.timeout)
    }
    #expect(times.prefix(3) == [500_000, 1_000_000, 2_000_000])
    #expect(times.last == RoundTripTimer.most)
    timer.measure(50_000)
    #expect(timer.timeout == RoundTripTimer.least)
  }

  /// A board that answers but is busy is asked ever more seldom; as soon as it has news, soon again.
  @Test func aBusyBoardIsNotFlooded() throws {
    var board = try ScriptedBoard()
    board.isWaitingForAnswers = true
    var (now, asked): (UInt64, [UInt64]) = (0, [])
    while now < 2000 * Self.millisecond {
      for ping in board.sent(at: now).pings where ping.tag != 0 {
        asked.append(now)
        now += 40_000
        board.status(tag: ping.tag, acknowledged: 0, at: now)
      }
      _ = board.sent(at: now)
      now = try #require(board.link.deadline)
      board.tick(at: now)
    }
    let pauses = zip(asked.dropFirst(), asked).map { $0 - $1 }
    #expect(pauses[0] < Self.millisecond)
    #expect(asked.count < 40 && pauses.allSatisfy { $0 <= 110 * Self.millisecond })
    board.answer(0, at: now)
    _ = board.sent(at: now)
    #expect(try #require(board.link.deadline) <= now + Self.millisecond)
  }

  /// The answer to a PING that was sent before is none to a HELLO that is lost behind it.
  @Test func anInquiryThatIsLostIsSentAgainWhateverElseIsAnswered() throws {
    var board = try ScriptedBoard()
    board.ask()
    _ = board.sent(at: 0)
    let first = try #require(board.link.deadline)
    board.tick(at: first)
    let ping = try #require(board.sent(at: first).pings.last)
    board.inquire(at: first + 1)
    #expect(board.sent(at: first + 1).contains { $0.type == Wire.Hello.type })
    board.status(tag: ping.tag, acknowledged: 1, at: first + 2)
    _ = board.sent(at: first + 2)
    let second = try #require(board.link.deadline)
    board.tick(at: second)
    #expect(board.sent(at: second).contains { $0.type == Wire.Hello.type })
  }

  /// Ten short time-outs are no silence: a board may be busy with a pulse.
  @Test func aBoardIsGivenUpAfterFourSecondsAndNotBefore() throws {
    var board = try ScriptedBoard()
    board.ask()
    var now: UInt64 = 0
    // A quick line, so that time-outs are short.
    for _ in 0..<5 {
      _ = board.sent(at: now)
      now = try #require(board.link.deadline)
      board.tick(at: now)
      let ping = try #require(board.sent(at: now).pings.last)
      now += 30_000
      board.status(tag: ping.tag, acknowledged: 0, at: now)
    }
    let heard = now
    var timeouts = 0
    while board.link.isOpen {
      _ = board.sent(at: now)
      now = try #require(board.link.deadline)
      board.tick(at: now)
      timeouts += 1
      #expect(timeouts < 40)
    }
    #expect(timeouts > 10)
    #expect((4000...8000).contains((now - heard) / Self.millisecond))
    let events = board.events
    #expect(events.contains { if case .silent = $0 { true } else { false } })
  }
}

@Suite struct AcknowledgementTests {
  /// The board keeps answers until it is told: a quarter at most of what it can keep is left untold.
  @Test func answersAreAcknowledgedByTheirBytes() throws {
    var board = try ScriptedBoard()
    var (number, told): (UInt16, [UInt16]) = (0, [])
    // 22 bytes each, and 8192 in the largest frame.
    while number < 1000 {
      board.answer(number, at: 1)
      number += 1
      told += board.sent(at: 1).map(\.acknowledged)
    }
    #expect(told == [373, 746])
  }

  @Test func theLastAnswerIsAcknowledgedAfterAWhile() throws {
    var board = try ScriptedBoard()
    board.answer(0, at: 100)
    #expect(board.sent(at: 100).isEmpty)
    #expect(board.link.deadline == 100 + HostLink.acknowledgeWithin)
    board.tick(at: 100 + HostLink.acknowledgeWithin)
    let told = board.sent(at: 100 + HostLink.acknowledgeWithin)
    #expect(told.pings.map(\.tag) == [0] && told.map(\.acknowledged) == [1])
    #expect(board.link.deadline == nil)
  }
}

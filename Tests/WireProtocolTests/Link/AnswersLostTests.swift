import Testing

@testable import WireProtocol

/// Answers that are lost on their way to the host.
@Suite struct AnswersLostTests {
  /// What is behind the lost answer is kept, so that it need not come twice.
  @Test func anAnswerThatWasLostIsAskedForOnceAndTheRestDelivered() throws {
    var board = try ScriptedBoard()
    board.answer(0, at: 1)
    board.answer(2, at: 2)
    let asked = board.sent(at: 2)
    #expect(asked.pings.allSatisfy { $0.isGap == 1 && $0.tag != 0 } && !asked.pings.isEmpty)
    #expect(asked.allSatisfy { $0.acknowledged == 1 })
    board.answer(3, at: 3)
    #expect(board.sent(at: 3).isEmpty)
    #expect(board.answers == [0])
    // The board goes back; with the first answer all are there, and it is told at once.
    board.answer(1, at: 4)
    #expect(board.answers == [1, 2, 3])
    let told = board.sent(at: 4)
    #expect(told.map(\.acknowledged) == [4] && told.pings.map(\.isGap) == [0])
    board.answer(2, at: 5)
    board.answer(3, at: 6)
    #expect(board.answers == [])
  }

  /// The board has gone back when a number comes that is not above the one before.
  @Test func anAnswerThatIsLostAgainIsAskedForAgain() throws {
    var board = try ScriptedBoard()
    for number: UInt16 in [1, 2, 3] { board.answer(number, at: 1) }
    #expect(board.sent(at: 1).pings.first?.isGap == 1)
    // 0 is lost a second time.
    board.answer(1, at: 2)
    let again = board.sent(at: 2)
    #expect(again.pings.first?.isGap == 1 && again.allSatisfy { $0.acknowledged == 0 })
    board.answer(0, at: 3)
    #expect(board.answers == [0, 1, 2, 3])
  }

  /// A second hole is known before the first one is closed, and asked for when it is the first.
  @Test func theNextHoleIsAskedForByTheTimeItMatters() throws {
    var board = try ScriptedBoard()
    board.answer(1, at: 1)
    board.answer(3, at: 1)
    _ = board.sent(at: 1)
    board.answer(0, at: 2)
    #expect(board.answers == [0, 1])
    // The board is told that it need not send 1 again; 2 comes with what it sends again anyway, and is lost.
    #expect(board.sent(at: 2).map(\.acknowledged) == [2])
    board.answer(3, at: 3)
    let asked = board.sent(at: 3)
    #expect(asked.pings.first?.isGap == 1 && asked.allSatisfy { $0.acknowledged == 2 })
  }

  /// Nothing comes behind the last answer: STATUS says that there was one.
  @Test func theLastAnswerIsMissedByStatus() throws {
    var board = try ScriptedBoard()
    board.answer(0, at: 1)
    board.status(sequence: 2, acknowledged: 0, at: 2)
    let asked = board.sent(at: 2)
    #expect(asked.pings.first?.isGap == 1 && asked.first?.acknowledged == 1)
    // The next one says the same, and is no reason to ask again before a time-out.
    board.status(sequence: 2, acknowledged: 0, at: 3)
    #expect(board.sent(at: 3).isEmpty)
  }

  @Test func answersThatComeTwiceAreDeliveredOnce() throws {
    var board = try ScriptedBoard()
    for number: UInt16 in [0, 0, 1, 0, 1, 2] { board.answer(number, at: 1) }
    #expect(board.answers == [0, 1, 2])
  }

  @Test func numbersGoRoundAfterTheLast() throws {
    var board = try ScriptedBoard()
    for number in 0..<0x10000 { board.answer(UInt16(number), at: 1) }
    #expect(board.answers.count == 0x10000)
    board.answer(1, at: 2)
    board.answer(0, at: 3)
    #expect(board.answers == [0, 1])
  }
}

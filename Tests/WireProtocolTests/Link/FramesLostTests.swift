import Testing

@testable import WireProtocol

/// Numbered frames that are lost on their way to the board.
@Suite struct FramesLostTests {
  @Test func aGapIsAnsweredOnceByEverythingFromThere() throws {
    var board = try ScriptedBoard()
    for _ in 0..<4 { board.ask() }
    #expect(board.sent(at: 1).numbers == [0, 1, 2, 3])
    board.status(isGap: true, acknowledged: 1, at: 2)
    #expect(board.sent(at: 2).numbers == [1, 2, 3])
    // The same is said of what was on the line before.
    board.status(isGap: true, acknowledged: 1, at: 3)
    #expect(board.sent(at: 3).numbers == [])
  }

  /// A board tells of a gap once, so that what is sent again is followed by a question.
  @Test func whatIsLostTwiceIsSentAThirdTimeWithoutATimeOut() throws {
    var board = try ScriptedBoard()
    for _ in 0..<3 { board.ask() }
    _ = board.sent(at: 1)
    board.status(isGap: true, acknowledged: 0, at: 2)
    let again = board.sent(at: 2)
    let question = try #require(again.pings.last)
    #expect(again.numbers == [0, 1, 2] && question.tag != 0)
    board.status(tag: question.tag, acknowledged: 0, at: 3)
    #expect(board.sent(at: 3).numbers == [0, 1, 2])
    #expect(board.link.statistics.timeouts == 0)
  }

  /// What is on the line behind a question is not taken for lost by its answer.
  @Test func anOldQuestionSaysNothingOfWhatIsSentAgainBehindIt() throws {
    var board = try ScriptedBoard()
    board.ask()
    board.ask()
    _ = board.sent(at: 0)
    let later = try #require(board.link.deadline)
    board.tick(at: later)
    let question = try #require(board.sent(at: later).pings.last)
    board.status(isGap: true, acknowledged: 0, at: later + 1)
    #expect(board.sent(at: later + 1).numbers == [0, 1])
    board.status(tag: question.tag, acknowledged: 0, at: later + 2)
    #expect(board.sent(at: later + 2).numbers == [])
  }

  @Test func aTimeOutAsksAndSendsNothingAgainByItself() throws {
    var board = try ScriptedBoard()
    board.ask()
    #expect(board.sent(at: 0).numbers == [0])
    let later = try #require(board.link.deadline)
    board.tick(at: later)
    let asked = board.sent(at: later)
    #expect(asked.numbers == [] && asked.pings.count == 1)
    // Not lost after all.
    board.status(tag: try #require(asked.pings.last).tag, acknowledged: 1, at: later + 1)
    #expect(board.sent(at: later + 1).isEmpty && board.link.statistics.repeated == 0)
  }
}

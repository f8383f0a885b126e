import BoardTransport
import Testing

@Suite struct PipeTransportTests {
  @Test func muchPassesBothWays() throws {
    let (host, board) = try PipeTransport.pair()
    let (there, back) = (pattern(3_000_000, 1), pattern(3_000_003, 2))
    let arrived = try exchange(host, sends: there, board, sends: back)
    #expect(arrived.there == there)
    #expect(arrived.back == back)
  }

  /// The end may be closed while the value it was opened from lives on.
  @Test func theEndIsSeenAfterTheLastBytes() throws {
    let ends = try PipeTransport.makeEnds()
    let (host, board) = (ends.host.open(), ends.board.open())
    #expect(try board.write([1, 2, 3]) == 3)
    board.close()
    #expect(try receive(3, from: host) == [1, 2, 3])
    #expect(readUntilLost(host).error?.code == .lost)
    #expect(failure { _ = try host.write([1]) }?.code == .lost)
    withExtendedLifetime(ends) {}
  }

  @Test func aFullBufferTakesNoMore() throws {
    let (host, board) = try PipeTransport.pair()
    let bytes = pattern(1 << 22, 9)
    let taken = try host.write(bytes)
    #expect(taken < bytes.count)
    #expect(try host.write(bytes[taken...]) == 0)
    #expect(try receive(taken, from: board) == Array(bytes.prefix(taken)))
  }
}

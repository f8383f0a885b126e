import BoardTransport
import Testing

@Suite struct TCPTests {
  func connect(_ board: TCPListener) throws -> TCPTransport {
    try TCPTransport(host: board.host, port: board.port)
  }

  @Test(arguments: ["127.0.0.1", "localhost"]) func muchPassesBothWays(host: String) throws {
    let board = try TCPListener()
    let transport = try TCPTransport(host: host, port: board.port)
    #expect(transport.name == "tcp:\(host):\(board.port)")
    let (there, back) = (pattern(2_000_000, 1), pattern(2_000_003, 2))
    let arrived = try exchange(transport, sends: there, board, sends: back)
    #expect(arrived.there == there)
    #expect(arrived.back == back)
  }

  @Test func nobodyListens() throws {
    let board = try TCPListener()
    let port = board.port
    board.close()
    let error = failure { _ = try TCPTransport(host: "127.0.0.1", port: port) }
    #expect(error?.code == .notFound)
    #expect(error?.explanation.contains("nothing listens") == true)
  }

  @Test func anAddressInUseIsBusy() throws {
    let board = try TCPListener()
    let error = failure { _ = try TCPListener(port: board.port) }
    #expect(error?.code == .busy)
    #expect(error?.subject == board.name)
  }

  @Test func aPortIsFreeAgainAtOnce() throws {
    let board = try TCPListener()
    let host = try connect(board)
    #expect(try exchange(host, sends: [1], board, sends: [2]).back == [2])
    board.close()
    _ = try TCPListener(port: board.port)
  }

  @Test func theEndOfTheBoardIsLost() throws {
    let board = try TCPListener()
    let host = try connect(board)
    #expect(try exchange(host, sends: [1], board, sends: [2]).back == [2])
    board.close()
    let (error, wakeUps) = readUntilLost(host)
    #expect(error?.code == .lost)
    #expect(error?.explanation.contains("restarted") == true)
    #expect(wakeUps <= 2)
  }

  /// Bytes that the board never read make its end a reset.
  @Test func aResetIsLost() throws {
    let board = try TCPListener()
    let host = try connect(board)
    #expect(try exchange(host, sends: [1], board, sends: [2]).back == [2])
    _ = try host.write([1, 2, 3])
    board.close()
    #expect(readUntilLost(host).error?.code == .lost)
    // And no signal ends the program.
    #expect(failure { for _ in 0..<100 { _ = try host.write([1]) } }?.code == .lost)
  }

  @Test func aSecondHostIsTurnedAway() throws {
    let board = try TCPListener()
    let first = try connect(board)
    #expect(try exchange(first, sends: [1], board, sends: [2]).back == [2])
    let second = try connect(board)
    #expect(try board.read(most: 10).isEmpty)
    let error = readUntilLost(second).error
    #expect(error?.code == .lost)
    #expect(error?.explanation.contains("another host") == true)
    #expect(try exchange(first, sends: [3], board, sends: [4]).back == [4])
  }

  @Test func hostsComeAndGo() throws {
    let board = try TCPListener()
    for round in 0..<20 {
      let host = try connect(board)
      #expect(try exchange(host, sends: [UInt8(round)], board, sends: [1]).there == [UInt8(round)])
      host.close()
      // The end of the host is told like bytes are.
      let deadline = MonotonicTime.after(milliseconds: longest)
      while board.isHostPresent, MonotonicTime.now < deadline {
        _ = try board.wait(for: .readable, until: deadline, wake: nil)
        #expect(try board.read(most: 10).isEmpty)
      }
      #expect(!board.isHostPresent)
      #expect(try board.write([1, 2, 3]) == 3)
    }
  }

  @Test func aFullBufferTakesNoMore() throws {
    let board = try TCPListener()
    let host = try connect(board)
    #expect(try exchange(host, sends: [1], board, sends: [2]).back == [2])
    let block = [UInt8](repeating: 1, count: 1 << 16)
    var sent = 0
    // The buffers of the loopback hold some megabytes.
    for _ in 0..<1_000 {
      let taken = try host.write(block)
      sent += taken
      if taken == 0 { break }
    }
    #expect(sent < 1_000 * block.count)
    #expect(
      try host.wait(for: .writable, until: MonotonicTime.after(milliseconds: 5), wake: nil).isEmpty)
    #expect(try receive(sent, from: board).count == sent)
  }

  /// A board that lets nobody in any more: its queue of guests is full.
  @Test func noAnswerIsNotWaitedForForEver() throws {
    let board = try TCPListener()
    var guests: [TCPTransport] = []
    let error = failure {
      for _ in 0..<64 {
        guests.append(try TCPTransport(host: board.host, port: board.port, within: 50))
      }
    }
    #expect(error?.code == .notFound)
    #expect(error?.explanation.contains("no answer within 50 ms") == true)
    #expect(!guests.isEmpty)
  }

  @Test func anUnknownNameIsNotFound() throws {
    let error = failure { _ = try TCPTransport(host: "256.1.2.3.invalid", port: 1) }
    #expect(error?.code == .notFound)
    #expect(error?.subject == "tcp:256.1.2.3.invalid:1")
  }
}

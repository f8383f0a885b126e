import BoardTransport
import Dispatch
import Foundation
import Testing

@Suite struct PseudoTerminalTests {
  @Test func withoutAHostItIsSilentAndSleeps() throws {
    let board = try PseudoTerminal()
    #expect(!board.isHostPresent)
    #expect(try board.read(most: 10).isEmpty)
    let soon = MonotonicTime.after(milliseconds: 30)
    #expect(try board.wait(for: [.readable, .writable], until: soon, wake: nil).isEmpty)
    #expect(MonotonicTime.now >= soon)
  }

  @Test func itSurvivesHostsThatComeAndGo() throws {
    let board = try PseudoTerminal()
    for round in 0..<20 {
      let host = try TerminalTransport(path: board.path)
      #expect(board.isHostPresent)
      let bytes = pattern(500, UInt32(round))
      #expect(try exchange(host, sends: bytes, board, sends: [1]).there == bytes)
      host.close()
      #expect(try board.read(most: 10).isEmpty)
      #expect(!board.isHostPresent)
    }
  }

  /// The host is on a thread, since both sides wait.
  @Test func openingEndsTheWait() throws {
    let board = try PseudoTerminal()
    let path = board.path
    for round in 0..<30 {
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        // Before, while and after the board falls asleep.
        usleep(UInt32(round * 200))
        if let host = try? TerminalTransport(path: path), (try? host.write([42])) == 1 {
          _ = try? receive(1, from: host)
        }
        isDone.signal()
      }
      #expect(try receive(1, from: board) == [42])
      _ = try board.write([1])
      #expect(isDone.wait(timeout: .now() + 60) == .success)
    }
  }

  /// What is written for nobody is not found by the next host.
  @Test func bytesForNobodyAreGone() throws {
    let board = try PseudoTerminal()
    #expect(try board.write([1, 2, 3]) == 3)
    let host = try TerminalTransport(path: board.path)
    #expect(try exchange(host, sends: [], board, sends: [4]).back == [4])
    host.close()
    #expect(try board.write([5]) == 1)
    let next = try TerminalTransport(path: board.path)
    #expect(try exchange(next, sends: [], board, sends: [6]).back == [6])
  }

  @Test func neitherSideBreaksAPseudoTerminal() throws {
    let board = try PseudoTerminal()
    let host = try TerminalTransport(path: board.path)
    #expect(failure { _ = try host.stopBeside() }?.code == .unsupported)
    #expect(failure { _ = try board.stopBeside() }?.code == .unsupported)
  }

  @Test func closedItIsOfNoUse() throws {
    let board = try PseudoTerminal()
    board.close()
    board.close()
    #expect(failure { _ = try board.read(most: 1) }?.code == .lost)
    #expect(failure { _ = try board.write([1]) }?.code == .lost)
    // Its path may be another one's by now.
  }
}

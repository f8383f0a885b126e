import BoardTransport
import Foundation
import PortShim
import Testing

@Suite struct SerialTransportTests {
  @Test(arguments: [9_600, 115_200, 921_600, 1_000_000, 3_000_000])
  func theSpeedIsTheOneAskedFor(baudRate: Int) throws {
    let board = try PseudoTerminal()
    #expect(try SerialTransport(path: board.path, baudRate: baudRate).baudRate == baudRate)
  }

  @Test func theLineIsPlainAndKeepsItsModemLines() throws {
    let board = try PseudoTerminal()
    let calls = port_shim_modem_calls()
    let host = try SerialTransport(path: board.path, baudRate: 115_200)
    // The library did ask this terminal for modem lines, so it is the library that was opened.
    #expect(port_shim_modem_calls() > calls)
    let look = open(board.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    defer { close(look) }
    var line = termios()
    try #require(tcgetattr(look, &line) == 0)
    #expect(line.c_cflag & tcflag_t(HUPCL | PARENB | CSTOPB) == 0)
    #expect(line.c_cflag & tcflag_t(CSIZE) == tcflag_t(CS8))
    #expect(line.c_iflag & tcflag_t(IXON | IXOFF | ICRNL | ISTRIP) == 0)
    #expect(line.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
    #expect(line.c_oflag & tcflag_t(OPOST) == 0)
    withExtendedLifetime(host) {}
  }

  /// A pseudo-terminal has no driver that could, and nothing else depends on it.
  @Test func aDriverWithoutLowLatencyWillDo() throws {
    let board = try PseudoTerminal()
    #expect(try !SerialTransport(path: board.path, baudRate: 115_200).isLowLatency)
  }

  @Test func whatCameBeforeIsDropped() throws {
    let board = try PseudoTerminal()
    let before = open(board.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    _ = try board.write([9, 9, 9])
    let host = try SerialTransport(path: board.path, baudRate: 115_200)
    close(before)
    #expect(try exchange(host, sends: [1], board, sends: [7]).back == [7])
  }

  @Test func aBreakIsSentAndHarmsNothing() throws {
    let board = try PseudoTerminal()
    let host = try SerialTransport(path: board.path, baudRate: 115_200)
    #expect(try !host.stopBeside())
    #expect(try exchange(host, sends: [1], board, sends: [2]).there == [1])
    host.close()
    #expect(failure { _ = try host.stopBeside() }?.code == .lost)
  }

  /// The reader sees the end although bytes had come before.
  @Test func aBoardThatRestartsIsOpenedAgain() throws {
    var board = try PseudoTerminal()
    for round in 0..<3 {
      let host = try SerialTransport(path: board.path, baudRate: 115_200)
      #expect(try exchange(host, sends: [UInt8(round)], board, sends: [1]).there == [UInt8(round)])
      board.close()
      #expect(readUntilLost(host).error?.explanation.contains("restarted") == true)
      board = try PseudoTerminal()
    }
  }
}

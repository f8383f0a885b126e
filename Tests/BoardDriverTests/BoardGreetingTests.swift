import BoardDriver
import BoardTransport
import DeviceContract
import Testing
import VirtualBoard
import WireProtocol

/// Who is on a line is found out with as little as possible.
@Suite struct BoardGreetingTests {
  static func ask(
    within milliseconds: Int = 5_000,
    _ open: @escaping @Sendable () throws(TransportError) -> any ByteTransport
  ) async throws(DeviceError) -> BoardGreeting {
    try await BoardGreeting.ask("line", program: "tests", within: milliseconds, open: open)
  }

  @Test func aBoardSaysWhoItIs() async throws {
    let record = ScriptedLine.Record()
    let greeting = try await Self.ask(BadBoardsTests.line(record) { $0.encoded })
    let device = try await BoardDevice.connect(
      "line", program: "tests", open: BadBoardsTests.line { $0.encoded })
    #expect(greeting.identity == device.capabilities.identity)
    #expect((greeting.tiles, greeting.rows, greeting.columns) == (1, 3, 5))
    #expect(greeting.version == "\(Wire.major).\(Wire.minor)")
    #expect(greeting.hasSameLayouts && !greeting.isStopped && greeting.lastTrain == 0)
    #expect(greeting.board.count == 32 && greeting.board.allSatisfy(\.isHexDigit))
    // Nothing that could arm or fire, and not even a word at the end.
    #expect(record.types.subtracting([Wire.Ping.type]) == [Wire.Hello.type, Wire.Describe.type])
    await device.close()
  }

  /// What is no board sees HELLO and nothing else.
  @Test(arguments: ["silent", "echo", "modem"])
  func strangersAreGreetedAndNoMore(stranger: String) async throws {
    let record = ScriptedLine.Record()
    let error = await #expect(throws: DeviceError.self) {
      try await Self.ask(within: 500) { () throws(TransportError) in
        try ScriptedLine(record) { bytes in
          switch stranger {
          case "echo": bytes
          case "modem": Array("\r\nERROR\r\n".utf8)
          default: []
          }
        }
      }
    }
    #expect(record.types == [Wire.Hello.type])
    #expect(error?.code == (stranger == "silent" ? .linkLost : .refused))
    #expect(
      error?.explanation.contains(stranger == "silent" ? "nothing answers" : "no Tare board")
        == true)
  }

  /// A board of another major version is no stranger, but may be asked nothing.
  @Test func anotherMajorVersionIsNamed() async throws {
    let record = ScriptedLine.Record()
    let error = await #expect(throws: DeviceError.self) {
      try await Self.ask(
        within: 500, BadBoardsTests.line(record, change: BadBoardsTests.ofNextMajor))
    }
    #expect(error?.code == .refused)
    #expect(error?.explanation.contains("another version of the protocol") == true)
    #expect(record.types == [Wire.Hello.type])
  }

  /// A board that speaks later versions only is told from a stranger, and is asked nothing.
  @Test func laterVersionsAreNotAsked() async throws {
    let record = ScriptedLine.Record()
    let error = await #expect(throws: DeviceError.self) {
      try await Self.ask(
        BadBoardsTests.changingHello(record) { ($0.leastMinor, $0.mostMinor) = (9, 9) })
    }
    #expect(error?.code == .refused)
    #expect(error?.explanation.contains("1.9") == true)
    #expect(record.types == [Wire.Hello.type])
  }

  @Test func otherLayoutsAndStopsAreSeen() async throws {
    let other = try await Self.ask(BadBoardsTests.changingHello { $0.schema &+= 1 })
    #expect(!other.hasSameLayouts)
    let stopped = try await Self.ask(BadBoardsTests.changingHello { $0.emergencyStop = 1 })
    #expect(stopped.isStopped)
  }

  @Test func aLineThatCannotBeOpenedSaysWhy() async throws {
    let error = await #expect(throws: DeviceError.self) {
      try await Self.ask { () throws(TransportError) in
        throw TransportError(.busy, "line", "minicom has it open")
      }
    }
    #expect(error?.code == .busy)
  }

  /// The line is free again for whoever comes next.
  @Test func theLineIsGivenBack() async throws {
    let bench = try await BoardBench(
      .serial, try BoardBench.settings(rows: 2, columns: 3, tiles: 1))
    let first = try await Self.ask(bench.open)
    let second = try await Self.ask(bench.open)
    #expect(first.board == second.board)
    let device = try await bench.connect()
    await device.close()
    await bench.server.stop()
  }
}

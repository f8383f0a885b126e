import Foundation
import Testing

@Suite struct DevicesCommandTests {
  private struct Told: Decodable {
    struct Board: Decodable {
      let model, serialNumber, firmware, `protocol`: String
      let tiles, rows, columns: Int
    }

    let device, kind, path: String
    let mayBeOpened: Bool
    let board: Board?
    let noBoard: String?
  }

  private func asked(_ arguments: [String]) throws -> [Told] {
    let outcome = try Command.run(["devices", "--ask", "--json"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode([Told].self, from: Data(outcome.output.utf8))
  }

  /// A board is known by its greeting, and what it answers is what it is; others on the same list are told apart.
  @Test func whoAnswersIsTold() throws {
    let scratch = try Scratch()
    let board = try BoardProcess(device: "sim:low-noise?tiles=2&rows=5&columns=7", in: scratch)
    let told = try asked([board.selector, "serial:/dev/ttyNONE", "--within", "10"])
    #expect(told.map(\.device) == [board.selector, "serial:/dev/ttyNONE"])
    #expect(told.map(\.kind) == ["tcp", "serial"])
    let answer = try #require(told.first?.board, "\(told.first?.noBoard ?? "")")
    #expect((answer.tiles, answer.rows, answer.columns) == (2, 5, 7))
    #expect(answer.protocol == "1.0")
    #expect(told.last?.board == nil)
    #expect(told.last?.noBoard?.contains("no such port") == true)
    let page = try Command.run(["devices", "--ask", board.selector, "--within", "10"])
    #expect(page.output.contains("2 of 5 x 7"), "\(page.output)\(page.errors)")
    // It is free again at once.
    let described = try Command.run(["describe", "--device", board.selector])
    #expect(described.status == 0, "\(described.errors)")
  }

  @Test func flagsThatDoNotGoTogetherAreRefused() throws {
    let cases: [([String], String)] = [
      (["--watch", "--ask"], "--watch writes nothing"),
      (["tcp:127.0.0.1:1"], "--ask"),
      (["--ask", "--within", "0"], "0.1 to 60"),
      (["--ask", "pigeon:1"], "pigeon"),
      (["--ask", "sim:low-noise"], "sim"),
    ]
    for (arguments, words) in cases {
      let outcome = try Command.run(["devices"] + arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
  }

  /// Ctrl-C is the usual end of a watch.
  @Test func aWatchEndsWithCtrlC() throws {
    let scratch = try Scratch()
    let errors = scratch.file("stderr")
    try Data().write(to: errors)
    let handle = try FileHandle(forWritingTo: errors)
    defer { try? handle.close() }
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = ["devices", "--watch"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = handle
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    // It says when it waits; a signal before that would find no watch.
    ChipLab.wait {
      (try? String(contentsOf: errors, encoding: .utf8))?.contains("Ctrl-C ends") ?? false
    }
    kill(process.processIdentifier, SIGINT)
    ChipLab.wait { !process.isRunning }
    try #require(!process.isRunning)
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
  }
}

import Foundation
import Testing

/// A `tare board` in a process of its own, on a TCP port of this machine.
final class BoardProcess {
  private(set) var process: Process
  let selector: String
  private let arguments: [String]
  private let output: URL

  /// Starts a board on any free port, or on another line.
  init(device: String, in scratch: Scratch, link: String = "tcp:0", more: [String] = []) throws {
    arguments = ["board", "--device", device] + more
    output = scratch.file("board-\(UUID().uuidString)")
    process = try Self.start(arguments + ["--link", link], output)
    selector = try #require(Self.selector(in: output), "the board does not say where it is")
  }

  private static func start(_ arguments: [String], _ output: URL) throws -> Process {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    defer { try? handle.close() }
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func selector(in output: URL) -> String? {
    var found: String?
    ChipLab.wait {
      let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
      found = text.contains("\n") ? text.split(separator: "\n").first.map(String.init) : nil
      return found != nil
    }
    return found
  }

  /// Power goes and comes back, at the same port.
  func loseAndRegainPower() throws {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let port = selector.split(separator: ":").last ?? ""
    process = try Self.start(arguments + ["--link", "tcp:\(port)"], output)
    _ = Self.selector(in: output)
  }

  func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { stop() }
}

import Foundation

/// Runs a program, bounded in time, and holds up no thread meanwhile.
enum Program {
  struct Outcome {
    let status: Int32
    /// Both of its outputs, as they come.
    let output: String
  }

  struct TimedOut: Error {}

  /// The command among the products of the build that the tests belong to; nil where it was not built.
  static var tare: String? {
    // The test bundle is a file on Linux and a folder elsewhere; the command stands beside it.
    let bundles = Bundle.allBundles + [Bundle.main]
    return bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
      .map { $0.appendingPathComponent("tare").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    in folder: URL? = nil, limit: TimeInterval = 120
  ) async throws -> Outcome {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("tare-installation-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("TARE_") }.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // A file and not a pipe: a pipe that nobody empties would block the program.
    (process.standardOutput, process.standardError) = (handle, handle)
    try process.run()
    let deadline = Date().addingTimeInterval(limit)
    while process.isRunning {
      if Date() > deadline {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw TimedOut()
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: file, encoding: .utf8))
  }
}

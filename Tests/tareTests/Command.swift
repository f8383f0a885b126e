import Foundation

/// Runs the built command, bounded in time.
enum Command {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  struct TimedOut: Error {}

  /// The executable among the products of the build that the tests belong to.
  static var executable: URL {
    // The test bundle is a file on Linux and a folder elsewhere; the command stands beside it.
    let bundles = Bundle.allBundles + [Bundle.main]
    let folders = bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
    let places = folders.map { $0.appendingPathComponent("tare") }
    return places.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? URL(fileURLWithPath: "tare")
  }

  /// Starts the command; `during` is called with its process id while it runs.
  ///
  /// - Parameter freeDescriptors: the least number that a descriptor it opens will have.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil,
    limit: TimeInterval = 120, freeDescriptors: Int = 3,
    during: ((pid_t) throws -> Void)? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if freeDescriptors > 3 {
      let open = "for ((n = 3; n < \(freeDescriptors); n++)); do eval \"exec $n</dev/null\"; done"
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", open + "; exec \"$@\"", "bash", executable.path] + arguments
    }
    let scratch = try Scratch()
    // Chips of tests do not belong among the chips of the user.
    let home = ["TARE_HOME": scratch.file("home").path]
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("TARE_") }.merging(home) { $1 }.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes: a pipe that nobody empties would block the command.
    let (output, errors) = (scratch.file("stdout"), scratch.file("stderr"))
    for url in [output, errors] { try Data().write(to: url) }
    // Closed by hand, since they outlive the process: with some 1,357 files open `Process.run` reads a directory
    // entry of /proc/self/fd past the end of its buffer.
    let handles = try [output, errors].map { try FileHandle(forWritingTo: $0) }
    defer { for handle in handles { try? handle.close() } }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    try process.run()
    try during?(process.processIdentifier)
    let deadline = Date().addingTimeInterval(limit)
    while process.isRunning {
      if Date() > deadline {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw TimedOut()
      }
      usleep(5_000)
    }
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

extension Command {
  /// The same on a thread of its own, so that several run at once.
  static func runAside(
    _ arguments: [String], environment: [String: String] = [:], freeDescriptors: Int = 3
  ) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            try run(
              arguments, environment: environment, freeDescriptors: freeDescriptors)
          })
      }
    }
  }
}

/// A folder that is gone when the test is.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("tare-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
    return file(name).path
  }

  /// Every file below, with its bytes.
  func contents(of folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    let root = file(folder)
    guard let files = FileManager.default.enumerator(atPath: root.path) else { return found }
    for case let name as String in files {
      let path = root.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder)
      if exists && !isFolder.boolValue { found[name] = try Data(contentsOf: path) }
    }
    return found
  }
}

import Foundation

/// Programs that tests use where they are installed.
enum Tool {
  static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

  static let hasNumPy: Bool = {
    (try? run("python3", ["-c", "import numpy"]))?.status == 0
  }()

  /// Whether this process may mount a file system of its own, to fill it up.
  static let canMount: Bool = {
    guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
    defer { folder.remove() }
    return (try? withTinyDisk(in: folder) {}) != nil
  }()

  static func run(_ program: String, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  struct MountFailed: Error {}

  /// Runs a test while a disk of 64 KiB is mounted on a folder.
  static func withTinyDisk(in folder: TemporaryFolder, _ body: () throws -> Void) throws {
    let mounted = try run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path])
    guard mounted.status == 0 else { throw MountFailed() }
    defer { _ = try? run("umount", [folder.path]) }
    try body()
  }
}

/// A folder of a test, removed by ``remove()``.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tare-reporting-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  var content: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }

  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

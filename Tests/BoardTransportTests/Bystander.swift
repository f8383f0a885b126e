import Foundation

/// Another process that has a port, until it is let go.
final class Bystander {
  private let process = Process()
  private let input = Pipe()

  var number: Int32 { process.processIdentifier }

  /// Starts a program in Python, with the path in `path`, that runs up to its end before this returns.
  init(_ path: String, _ program: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import fcntl, os, sys\npath = sys.argv[1]\n\(program)\nprint('ready', flush=True)\nsys.stdin.read()",
      path,
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
  }

  /// Opens and locks a path.
  static func locking(_ path: String) throws -> Bystander {
    try Bystander(
      path, "file = os.open(path, os.O_RDWR | os.O_NOCTTY)\nfcntl.flock(file, fcntl.LOCK_EX)")
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

/// A folder that goes with this object.
final class ScratchFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func write(_ name: String, _ text: String) throws -> String {
    let file = "\(path)/\(name)"
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    return file
  }
}

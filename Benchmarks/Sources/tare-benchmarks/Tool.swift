import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Runs other programs.
enum Tool {
  /// What a program prints, without the white space around it.
  static func output(of command: [String]) throws -> String {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Starts a program that gets all signals.
  ///
  /// Threads of Dispatch block most of them, and a program begins with the mask of the thread that starts it: QEMU
  /// never runs its machine then.
  static func start(_ process: Process) throws {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  /// Seconds from the start of a program to its end, with what it prints thrown away.
  static func seconds(of command: [String]) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return try Stopwatch.seconds {
      try process.run()
      process.waitUntilExit()
    }
  }
}

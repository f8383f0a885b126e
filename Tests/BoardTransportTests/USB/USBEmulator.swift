import Foundation
import Synchronization
import Testing

/// USB devices that umockdev shows to libusb, made by a program of their own
/// (`Firmware-protocol/ports/usb-umockdev`).
///
/// Who is to see them needs umockdev's library loaded before all others: commands by ``environment``, tests of this
/// process by running it as `umockdev-wrapper tarePackageTests.xctest`, as `make usb-test` does.
final class USBEmulator: Sendable {
  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  /// Whether the tools are here; said loudly where they are not, and an error where they must be.
  static let isPossible: Bool = {
    let missing = ["umockdev-wrapper", "cc", "pkg-config"].filter { tool in
      !(ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
      }
    }
    guard !missing.isEmpty else { return true }
    print(
      "SKIPPED: boards on USB need \(missing.joined(separator: " and ")) (packages umockdev, libumockdev-dev)"
    )
    return ProcessInfo.processInfo.environment["CI"] != nil
  }()

  /// Whether this process sees such devices.
  static let isHere =
    ProcessInfo.processInfo.environment["LD_PRELOAD"]?.contains("libumockdev-preload") == true
    && isPossible

  /// The devices that this process sees.
  static let here: Result<USBEmulator, any Error> = Result {
    let emulator = try USBEmulator()
    setenv("UMOCKDEV_DIR", emulator.folder, 1)
    return emulator
  }

  /// The program, which is built once a run of the tests.
  private static let program: Result<URL, any Error> = Result {
    let output = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tare-usb-\(UUID().uuidString)")
    let build = Process()
    build.executableURL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Firmware-protocol/ports/usb-umockdev/build.sh")
    build.arguments = [output.path]
    build.environment = plainEnvironment
    build.standardInput = FileHandle.nullDevice
    try build.run()
    build.waitUntilExit()
    try #require(build.terminationStatus == 0, "the program cannot be built: CI needs its tools")
    return output
  }

  private static let plainEnvironment = ProcessInfo.processInfo.environment.filter {
    $0.key != "LD_PRELOAD" && $0.key != "UMOCKDEV_DIR"
  }

  private let process: Process
  private let commands: FileHandle
  private let answers: Mutex<Answers>
  /// Where the devices are.
  let folder: String

  /// Starts without a device.
  init() throws {
    let (commands, answers) = (Pipe(), Pipe())
    process = Process()
    process.executableURL = try Self.program.get()
    process.environment = Self.plainEnvironment
    (process.standardInput, process.standardOutput) = (commands, answers)
    try process.run()
    self.commands = commands.fileHandleForWriting
    let reader = Answers(answers.fileHandleForReading)
    let first = try reader.next()
    guard first.hasPrefix("dir ") else { throw Refused(description: first) }
    folder = String(first.dropFirst(4))
    self.answers = Mutex(reader)
  }

  deinit {
    // It ends with its input, and takes the folder away.
    try? commands.close()
    let end = Date().addingTimeInterval(5)
    while process.isRunning, Date() < end { usleep(2_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// What a command that is to see the devices runs in.
  var environment: [String: String] {
    ["LD_PRELOAD": "libumockdev-preload.so.0", "UMOCKDEV_DIR": folder]
  }

  /// Gives a command; returns what is answered to it.
  @discardableResult
  func tell(_ command: String) throws -> String {
    try answers.withLock { answers in
      try commands.write(contentsOf: Data((command + "\n").utf8))
      let answer = try answers.next()
      guard answer == "ok" || answer.hasPrefix("ok ") else {
        throw Refused(description: "\(command): \(answer)")
      }
      return String(answer.dropFirst(3))
    }
  }

  /// What a device counts, such as `urbs` and `stops`.
  func count(_ what: String, of device: String) throws -> Int {
    let fields = try tell("stats \(device)").split(separator: " ")
    let field = fields.first { $0.hasPrefix(what + "=") }
    return try #require(field.flatMap { Int($0.dropFirst(what.count + 1)) }, "\(fields)")
  }

  /// All bytes that a device was sent.
  func received(by device: String) throws -> [UInt8] {
    let digits = Array(try tell("received \(device)"))
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  /// Lines of a pipe, each within ten seconds.
  private final class Answers {
    private let handle: FileHandle
    private var bytes: [UInt8] = []

    init(_ handle: FileHandle) { self.handle = handle }

    func next() throws -> String {
      while true {
        if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
          defer { bytes.removeFirst(end + 1) }
          return String(decoding: bytes[..<end], as: UTF8.self)
        }
        var watch = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&watch, 1, 10_000) == 1 else {
          throw Refused(description: "no answer within ten seconds")
        }
        let more = handle.availableData
        guard !more.isEmpty else { throw Refused(description: "the program has ended") }
        bytes += more
      }
    }
  }
}

/// A device of an emulator, unplugged with the last reference.
final class EmulatedDevice: Sendable {
  let emulator: USBEmulator
  let name: String
  let serialNumber: String

  /// Plugs a device in.
  ///
  /// - Parameter settings: as the emulator takes them, such as `board=echo`.
  init(_ settings: String = "", on emulator: USBEmulator? = nil) throws {
    self.emulator = try emulator ?? USBEmulator.here.get()
    name = "d\(UUID().uuidString.prefix(8))"
    serialNumber = "SN-\(name)"
    try plug(settings)
  }

  /// Plugs it in again, at another address.
  @discardableResult
  func plug(_ settings: String = "") throws -> String {
    let serial = settings.contains("serial=") ? "" : " serial=\(serialNumber)"
    return try emulator.tell("plug \(name)\(serial) \(settings)")
  }

  /// Whether it is plugged in.
  var isPlugged: Bool { (try? tell("busy off")) != nil }

  func unplug() throws { try emulator.tell("unplug \(name)") }

  /// Gives a command about this device, such as `stall in`.
  @discardableResult
  func tell(_ command: String) throws -> String {
    let words = command.split(separator: " ", maxSplits: 1)
    return try emulator.tell(
      ([words[0], Substring(name)] + words.dropFirst()).joined(separator: " "))
  }

  func count(_ what: String) throws -> Int { try emulator.count(what, of: name) }

  var received: [UInt8] { get throws { try emulator.received(by: name) } }

  deinit { try? unplug() }
}

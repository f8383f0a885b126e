import Foundation
import Testing

/// The reference firmware on a Cortex-M3 that QEMU emulates, on a TCP port of this machine.
final class QEMUBoard {
  /// Rows and columns of its crossbars.
  static let side = 16
  static let tiles = 2

  let port: UInt16
  private let folder: URL
  private var process: Process?

  var selector: String { "tcp:127.0.0.1:\(port)" }

  /// Whether the tools are here; said loudly where they are not, and an error where they must be.
  static let isPossible: Bool = {
    let missing = ["qemu-system-arm", "arm-none-eabi-gcc"].filter { tool in
      !(ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
      }
    }
    guard !missing.isEmpty else { return true }
    print("SKIPPED: the board on QEMU needs \(missing.joined(separator: " and "))")
    return ProcessInfo.processInfo.environment["CI"] != nil
  }()

  /// The image, which is built once a run of the tests.
  private static let image: Result<URL, any Error> = Result {
    let output = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tare-qemu-\(UUID().uuidString).elf")
    let build = Process()
    build.executableURL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Firmware-protocol/ports/qemu-lm3s6965evb/build.sh")
    build.arguments = [output.path]
    build.standardInput = FileHandle.nullDevice
    try build.run()
    build.waitUntilExit()
    try #require(build.terminationStatus == 0, "the image cannot be built: CI needs its tools")
    return output
  }

  /// Boots a board whose memory and cells are files of a folder.
  init(in folder: URL) throws {
    self.folder = folder
    port = try Self.freePort()
    try start()
  }

  deinit { losePower() }

  private func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "qemu-system-arm", "-M", "lm3s6965evb", "-kernel", try Self.image.get().path,
      "-display", "none", "-monitor", "none", "-nodefaults", "-nic", "none",
      "-semihosting-config", "enable=on,target=native",
      "-chardev", "socket,id=line,host=127.0.0.1,port=\(port),server=on,wait=off",
      "-serial", "chardev:line",
    ]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
  }

  /// Ends the emulator by its number, in the middle of whatever it does.
  func losePower() {
    guard let process, process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func loseAndRegainPower() throws {
    losePower()
    try start()
  }

  /// The pulses that one of its crossbars has had, by the crossbar's own count.
  func physics(tile: Int = 0) throws -> (up: [UInt32], down: [UInt32]) {
    try Self.physics(of: folder.appendingPathComponent("cells.state"), tile: tile)
  }

  /// The same from the file of a crossbar: three words a cell, of which the last two count.
  static func physics(of file: URL, tile: Int) throws -> (up: [UInt32], down: [UInt32]) {
    let cells = side * side
    // The file ends with the last row that was pulsed.
    var data = try Data(contentsOf: file)
    data.append(Data(count: max(0, 12 * cells * tiles - data.count)))
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) {
        $0 | UInt32(data[12 * cells * tile + place + $1]) << UInt32(8 * $1)
      }
    }
    return (
      (0..<cells).map { word(12 * $0 + 4) }, (0..<cells).map { word(12 * $0 + 8) }
    )
  }

  /// A port that nobody listens at.
  private static func freePort() throws -> UInt16 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, size) == 0 && getsockname(number, $0, &size) == 0
      }
    }
    try #require(isBound)
    return UInt16(bigEndian: address.sin_port)
  }
}

import BoardTransport
import Foundation

/// A device on USB that umockdev shows to libusb in this process, which must have umockdev's library loaded.
final class USBBoard {
  /// Whether this process can have any.
  static var isPossible: Bool {
    ProcessInfo.processInfo.environment["LD_PRELOAD"]?.contains("libumockdev-preload") == true
  }

  private let process = Process()
  private let commands = Pipe()
  let line: BoardLine

  /// - Parameter kind: `core` for the reference core on a small crossbar, `echo` for a device that sends back what
  ///   comes.
  init(_ kind: String, in folder: String) throws {
    let program = folder + "/usb-board"
    // Neither the compiler nor the program belongs among the devices.
    let plain = ["env", "-u", "LD_PRELOAD", "-u", "UMOCKDEV_DIR"]
    _ = try Tool.output(
      of: plain + ["bash", "../Firmware-protocol/ports/usb-umockdev/build.sh", program])
    let answers = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = Array(plain.dropFirst()) + [program]
    (process.standardInput, process.standardOutput) = (commands, answers)
    try Tool.start(process)
    let first = String(decoding: answers.fileHandleForReading.availableData, as: UTF8.self)
    guard first.hasPrefix("dir ") else { throw CocoaError(.executableLoad) }
    setenv("UMOCKDEV_DIR", String(first.split(separator: "\n")[0].dropFirst(4)), 1)
    try commands.fileHandleForWriting.write(
      contentsOf: Data("plug board serial=BENCH board=\(kind)\n".utf8))
    _ = answers.fileHandleForReading.availableData
    let (process, commands) = (process, commands)
    line = BoardLine {
      () throws(TransportError) in
      try USBTransport(USBSelector(vendor: 0x1209, product: 1, serialNumber: "BENCH"))
    } stop: {
      try? commands.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }
}

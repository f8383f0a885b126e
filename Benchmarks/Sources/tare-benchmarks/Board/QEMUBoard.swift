import BoardTransport
import Foundation

/// The reference firmware on a Cortex-M3 that QEMU emulates.
struct QEMUBoard {
  let line: BoardLine
  /// Seconds from the start of the machine to a line that can be opened.
  let start: Double

  /// Builds the image and starts a machine in a folder of its own, or nil where the tools are missing.
  static func start(in folder: String) throws -> QEMUBoard? {
    let ports = "../Firmware-protocol/ports/qemu-lm3s6965evb"
    guard try !Tool.output(of: ["which", "qemu-system-arm"]).isEmpty,
      try !Tool.output(of: ["which", "arm-none-eabi-gcc"]).isEmpty
    else { return nil }
    let image = folder + "/board.elf"
    _ = try Tool.output(of: ["bash", ports + "/build.sh", image])
    let port = UInt16.random(in: 20_000..<30_000)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      // Ends with the benchmark also where that is killed.
      "timeout", "600", "qemu-system-arm", "-M", "lm3s6965evb", "-kernel", image, "-display",
      "none",
      "-monitor", "none", "-nodefaults", "-nic", "none",
      "-semihosting-config", "enable=on,target=native",
      "-chardev", "socket,id=line,host=127.0.0.1,port=\(port),server=on,wait=off",
      "-serial", "chardev:line",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let seconds = try Stopwatch.seconds {
      try Tool.start(process)
      let end = MonotonicTime.after(milliseconds: 5000)
      while MonotonicTime.now < end {
        if let line = try? TCPTransport(host: "127.0.0.1", port: port) {
          line.close()
          return
        }
        usleep(1000)
      }
    }
    return QEMUBoard(
      line: BoardLine {
        () throws(TransportError) in
        try TCPTransport(host: "127.0.0.1", port: port)
      } stop: {
        process.terminate()
        process.waitUntilExit()
      }, start: seconds)
  }
}

import BoardDriver
import BoardTransport
import DeviceContract
import Foundation
import ResponseModels
import SimulatedCrossbar
import VirtualBoard

#if canImport(Glibc)
  import Glibc
#endif

/// A board on a line, and the way to connect to it.
struct BoardLine: Sendable {
  /// Rows and columns of the crossbars in virtual boards.
  static let size = 64

  let open: @Sendable () throws(TransportError) -> any ByteTransport
  /// Ends the board.
  let stop: @Sendable () async -> Void

  func connect() async throws -> BoardDevice {
    try await BoardDevice.connect("benchmark", program: "tare-benchmarks", open: open)
  }

  /// A virtual board on a thread of this process, behind a pseudo-terminal.
  ///
  /// - Parameters:
  ///   - rate: bytes a second that the line passes each way, or nil for all that the system passes.
  ///   - knowsEnergies: whether it tells of each train apart, as boards that know energies do.
  ///   - crossbar: what is on it, or nil for one of cells of 21 states.
  static func virtual(
    faults: BoardFaults = BoardFaults(), rate: Double? = nil, knowsEnergies: Bool = false,
    crossbar: SimulatorSettings? = nil
  ) async throws -> BoardLine {
    let settings = try crossbar ?? settings()
    let make: @Sendable () throws -> VirtualBoard = {
      try VirtualBoard(try Crossbar(settings), knowsEnergies: knowsEnergies)
    }
    guard let rate else {
      let server = try VirtualBoardServer(faults: faults, make: make) { () throws(TransportError) in
        try PseudoTerminal()
      }
      let path = try await server.start()
      return BoardLine {
        () throws(TransportError) in
        try TerminalTransport(path: path)
      } stop: {
        await server.stop()
      }
    }
    let ends = try PipeTransport.makeEnds()
    let server = try VirtualBoardServer(faults: faults, make: make) {
      let line = ends.board.open()
      var least: Int32 = 1
      for watch in line.watches(for: .writable) {
        setsockopt(watch.descriptor, SOL_SOCKET, SO_SNDBUF, &least, 4)
      }
      return line
    }
    try await server.start()
    let relay = try PacedRelay(to: ends.host, bytesPerSecond: rate)
    let path = try await relay.start()
    return BoardLine {
      () throws(TransportError) in
      try TerminalTransport(path: path)
    } stop: {
      await relay.stop()
      await server.stop()
    }
  }

  static func settings() throws -> SimulatorSettings {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-om")))
    (settings.rows, settings.columns) = (size, size)
    return settings
  }

  /// `tare board` as a process of its own, behind its pseudo-terminal.
  static func process(_ tare: String) throws -> BoardLine {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: tare)
    process.arguments = [
      "board", "--link", "terminal", "--quiet",
      "--device", "sim:reram-om?rows=\(size)&columns=\(size)",
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try Tool.start(process)
    // The selector is its first line.
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let path = String(line.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(9))
    return BoardLine {
      () throws(TransportError) in
      try TerminalTransport(path: path)
    } stop: {
      process.terminate()
      process.waitUntilExit()
    }
  }
}

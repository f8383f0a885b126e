import BoardDriver
import BoardTransport
import DeviceContract
import Foundation
import ResponseModels
import SimulatedCrossbar
import Testing
import VirtualBoard

/// A virtual board on a line, and the way to connect to it.
struct BoardBench: Sendable {
  /// `serial` is a pseudo-terminal that libserialport takes for a port, as `PortShim` has it do; `usb` a device of
  /// umockdev that passes the bytes on.
  enum Line: String, Sendable {
    case pipe, terminal, tcp, serial, usb

    /// Those that this process can have: one that sees the devices of umockdev is there for USB.
    static let all: [Line] = USBEmulator.isHere ? [.usb] : [.pipe, .terminal, .tcp, .serial]
    static let usual = all[0]
  }

  let settings: SimulatorSettings
  let server: VirtualBoardServer
  let open: @Sendable () throws(TransportError) -> any ByteTransport
  /// The device of a board on USB.
  let usb: EmulatedDevice?

  static func settings(rows: Int = 9, columns: Int = 21, tiles: Int = 2) throws -> SimulatorSettings
  {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.tiles) = (rows, columns, tiles)
    return settings
  }

  init(
    _ line: Line = .usual, _ settings: SimulatorSettings, faults: BoardFaults = BoardFaults()
  ) async throws {
    self.settings = settings
    let make: @Sendable () throws -> VirtualBoard = { try VirtualBoard(try Crossbar(settings)) }
    var usb: EmulatedDevice?
    switch line {
    case .pipe:
      let ends = try PipeTransport.makeEnds()
      server = try VirtualBoardServer(faults: faults, make: make) { ends.board.open() }
      try await server.start()
      open = { ends.host.open() }
    case .terminal, .serial:
      server = try VirtualBoardServer(faults: faults, make: make) { () throws(TransportError) in
        try PseudoTerminal()
      }
      let path = try await server.start()
      let selector =
        line == .serial
        ? TransportSelector.serial(path: path, baudRate: 921_600) : .terminal(path: path)
      open = { () throws(TransportError) in try selector.open() }
    case .tcp, .usb:
      server = try VirtualBoardServer(faults: faults, make: make) { () throws(TransportError) in
        try TCPListener()
      }
      let name = try await server.start()
      let port = UInt16(name.split(separator: ":").last ?? "") ?? 0
      if line == .usb { usb = try EmulatedDevice("board=127.0.0.1:\(port)") }
      let selector = usb?.selector ?? .tcp(host: "127.0.0.1", port: port, milliseconds: 3_000)
      open = { () throws(TransportError) in try selector.open() }
    }
    self.usb = usb
  }

  func connect() async throws -> BoardDevice {
    try await BoardDevice.connect("bench", program: "tests", open: open)
  }

  /// Connects to a board that is about to be there, within five seconds.
  static func patiently(
    _ connect: () async throws -> BoardDevice
  ) async throws -> BoardDevice {
    for _ in 0..<50 {
      if let device = try? await connect() { return device }
      try await Task.sleep(for: .milliseconds(100))
    }
    return try await connect()
  }
}

extension EmulatedDevice {
  var selector: TransportSelector {
    .usb(USBSelector(vendor: 0x1209, product: 1, serialNumber: serialNumber))
  }
}

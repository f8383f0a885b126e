import BoardDriver
import BoardTransport
import DeviceContract
import ResponseModels
import SimulatedCrossbar

/// A device that a command has opened, and what besides pulses is known of it.
struct OpenedDevice {
  let device: any PulseDevice
  /// The simulator, where it is one: it alone knows the truth.
  let simulator: SimulatedCrossbar?
  /// The board, where it is one.
  let board: BoardDevice?
  /// What stands in a record for the device: the same for one device, wherever it is plugged in.
  let record: String
  /// The seed of what the host draws.
  let seed: UInt64

  var capabilities: Capabilities { device.capabilities }

  /// Gives the line back, if there is one.
  func close() async { await board?.close() }
}

extension DeviceOptions {
  /// Opens the device that the selector names; nothing is fired.
  ///
  /// - Parameter size: of a simulator whose selector says nothing of it.
  func openDevice(_ size: SimulatorSize = SimulatorSize()) async throws -> OpenedDevice {
    let selector = try selector()
    guard ["sim", ""].contains(selector.kind) else {
      let board = try await openBoard(selector)
      let identity = board.capabilities.identity
      return OpenedDevice(
        device: board, simulator: nil, board: board,
        record: "board \(identity.model) \(identity.serialNumber)", seed: try resolvedSeed())
    }
    let settings = try simulatorSettings(size)
    let simulator = try SimulatedCrossbar(settings)
    return OpenedDevice(
      device: simulator, simulator: simulator, board: nil, record: selector.description,
      seed: settings.seed)
  }

  /// Opens the device for some work, and gives it back whatever comes of that.
  func withDevice<Result>(
    _ size: SimulatorSize = SimulatorSize(), _ body: (OpenedDevice) async throws -> Result
  ) async throws -> Result {
    let opened = try await openDevice(size)
    let stop = opened.board.map(EmergencySignal.init)
    defer { stop?.end() }
    do {
      let result = try await body(opened)
      await opened.close()
      return result
    } catch {
      await opened.close()
      throw error
    }
  }

  /// Connects to the board that a selector names.
  func openBoard(_ selector: DeviceSelector, isDry: Bool = false) async throws -> BoardDevice {
    // A board that is lost is looked for at other ports as well.
    let line = BoardLine(try transport(selector))
    return try await BoardDevice.connect(
      selector.description, program: TareCommand.program, isDry: isDry
    ) { () throws(TransportError) in try line.open() }
  }

  /// How a line to the board is opened that a selector names.
  func transport(_ selector: DeviceSelector) throws -> TransportSelector {
    try TransportSelector(selector)
  }
}

extension TransportSelector {
  /// The transport that a device selector names.
  init(_ selector: DeviceSelector) throws {
    guard Self.kinds.contains(selector.kind) else {
      throw CommandFailure(
        .usage,
        "\"\(selector)\": there is no device kind \"\(selector.kind)\"; "
          + Spelling.suggestion(for: selector.kind, in: ["sim"] + Self.kinds))
    }
    try self.init(
      kind: selector.kind, address: selector.address,
      options: selector.options.map { ($0.name, $0.value) })
  }
}

import Synchronization

/// The line to one board, which is found again by its identity when it comes back at another port.
///
/// The first opening remembers which USB device was behind the port. Later ones open that device wherever it is, and
/// never another one that has taken its path. A device without a serial number is known by its numbers and its path, or
/// where it is plugged in, alone; a line without a USB device behind it is opened by its name each time. That it is the same board, its
/// greeting says.
public final class BoardLine: Sendable {
  /// How the system is asked for ports.
  struct Ports: Sendable {
    var devices: @Sendable () throws(TransportError) -> [USBDevice] = {
      () throws(TransportError) in try USBList.devices()
    }
    var serial: @Sendable () throws(TransportError) -> [SerialPort] = {
      () throws(TransportError) in try PortList.ports()
    }
    /// The port at a path, or at the end of a link.
    var port: @Sendable (String) -> SerialPort? = { PortList.port(at: $0) }
    /// The nodes of a kind that are locked, of the USB device at a place.
    var locked: @Sendable (ConnectedPort.Kind, String) -> [LockedNode] = {
      LockedNode.all($0, at: $1)
    }
    var open: @Sendable (TransportSelector) throws(TransportError) -> any ByteTransport = {
      (selector) throws(TransportError) in try selector.open()
    }
  }

  /// What the user named.
  public let selector: TransportSelector
  private let ports: Ports
  /// The USB device that was opened first.
  private let device = Mutex<USBDevice?>(nil)
  /// The serial port that was opened first, where a USB device was behind it.
  private let serial = Mutex<SerialPort?>(nil)

  /// A line that is not open yet.
  public convenience init(_ selector: TransportSelector) { self.init(selector, Ports()) }

  init(_ selector: TransportSelector, _ ports: Ports) {
    (self.selector, self.ports) = (selector, ports)
  }

  /// Opens the line, again to the same board.
  ///
  /// - Throws: ``TransportError`` as the transport does, and ``TransportError/Code/notFound`` where the board that
  ///   was there first is nowhere.
  public func open() throws(TransportError) -> any ByteTransport {
    switch selector {
    case .usb(let usb): try openUSB(usb)
    case .serial(let path, let baudRate): try openSerial(path, baudRate)
    case .terminal, .tcp: try ports.open(selector)
    }
  }

  private func openUSB(_ usb: USBSelector) throws(TransportError) -> any ByteTransport {
    let boards = try ports.devices().filter { usb.matches($0.usb) }
    if let first = device.withLock({ $0 }) {
      guard first.usb.serialNumber == nil else {
        let board = boards.first { USBSelector(first.usb).matches($0.usb) }
        try expectFree(.serial, of: board?.place)
        return try ports.open(first.selector)
      }
      try expect(first, alone: boards)
      return try open(first)
    }
    // Of several devices none is taken: opening says so.
    guard boards.count == 1 else { return try ports.open(selector) }
    let line = try open(boards[0])
    device.withLock { $0 = boards[0] }
    return line
  }

  private func open(_ board: USBDevice) throws(TransportError) -> any ByteTransport {
    try expectFree(.serial, of: board.place)
    let line = try ports.open(board.selector)
    guard board.usb.serialNumber == nil else { return line }
    // Its name does not tell it from another one that has come in the meantime.
    do throws(TransportError) {
      try expect(
        board, alone: try ports.devices().filter { USBSelector(board.usb).matches($0.usb) })
    } catch {
      line.close()
      throw error
    }
    return line
  }

  /// Makes sure that a device without serial number is at its place, and nowhere another one of its name.
  private func expect(
    _ board: USBDevice, alone boards: [USBDevice]
  ) throws(TransportError) {
    let there = boards.first { $0.place == board.place }
    guard let there, there.usb.serialNumber == nil else {
      let now = there.map { "\(Self.text($0.usb)) is there now" } ?? "no such device is there"
      throw TransportError(
        .notFound, "\(selector)",
        "\(Self.text(board.usb)) that was plugged in at \(board.place) is gone, and \(now); none was opened. Plug it in "
          + "where it was: without a serial number it is not known elsewhere")
    }
    guard boards.count == 1 else {
      throw TransportError(
        .notFound, "\(selector)",
        "\(boards.count) devices are meant by \(board.selector), and that at \(board.place) cannot be named apart; none "
          + "was opened. Unplug the others")
    }
  }

  /// Makes sure that nobody drives the board over its other line, since a greeting on this one would end their session
  /// and stop their train.
  ///
  /// - Parameters:
  ///   - kind: of the other line. Serial ports of one adapter may lead to as many boards.
  ///   - place: where the board is plugged in.
  private func expectFree(
    _ kind: ConnectedPort.Kind, of place: String?
  ) throws(TransportError) {
    guard let place, let node = ports.locked(kind, place).first else { return }
    throw TransportError(
      .busy, "\(selector)",
      "\(PortHolder.text(node.holders)) has \(node.path), which is of the same device; nothing was sent. One program "
        + "drives a board at a time: end that one first")
  }

  private func openSerial(
    _ path: String, _ baudRate: Int
  ) throws(TransportError) -> any ByteTransport {
    guard let first = serial.withLock({ $0 }), let usb = first.usb else {
      try expectFree(.usb, of: ports.port(path)?.place)
      let line = try ports.open(selector)
      // Only now: while it is open, no other device takes its path.
      if let port = ports.port(path), port.usb != nil { serial.withLock { $0 = port } }
      return line
    }
    let there = ports.port(path)
    if let there, isSame(there, first) { return try open(path, baudRate, there, usb) }
    if usb.serialNumber != nil {
      let others = try ports.serial().filter { isSame($0, first) }
      // Two devices may have one serial number, by a mistake of their maker.
      if let other = others.first(where: { $0.place == first.place }) ?? others.first {
        guard others.count == 1 || other.place == first.place else {
          throw TransportError(
            .notFound, path,
            "\(others.count) devices say that they are \(Self.text(usb)), which was here; none was opened. Unplug the "
              + "others")
        }
        return try open(other.path, baudRate, other, usb)
      }
    }
    throw missing(path, usb, there)
  }

  /// Opens a port, and looks again: between look and opening another device may have taken the path.
  private func open(
    _ path: String, _ baudRate: Int, _ port: SerialPort, _ usb: USBIdentity
  ) throws(TransportError) -> any ByteTransport {
    try expectFree(.usb, of: port.place)
    let line = try ports.open(.serial(path: path, baudRate: baudRate))
    let there = ports.port(path)
    guard let there, isSame(there, port) else {
      line.close()
      throw missing(path, usb, there)
    }
    return line
  }

  /// Whether a port is the one that was opened first: the same interface of the same device.
  private func isSame(_ port: SerialPort, _ first: SerialPort) -> Bool {
    guard let usb = port.usb, let wanted = first.usb else { return false }
    return (usb.vendor, usb.product, usb.serialNumber)
      == (wanted.vendor, wanted.product, wanted.serialNumber)
      && port.interface == first.interface
      && (usb.serialNumber != nil || port.path == first.path)
  }

  private func missing(
    _ path: String, _ usb: USBIdentity, _ there: SerialPort?
  ) -> TransportError {
    let now =
      there.map {
        "at \($0.path) is \($0.usb.map(Self.text) ?? $0.label) now, which was not opened"
      } ?? "there is no port at its path"
    let advice =
      usb.serialNumber == nil
      ? "Plug it in where it was: without a serial number it is not known elsewhere"
      : "Plug it in, at any port"
    return TransportError(.notFound, path, "\(Self.text(usb)) is gone, and \(now). \(advice)")
  }

  private static func text(_ usb: USBIdentity) -> String {
    let name = usb.productName.map { " (\($0))" } ?? ""
    let number =
      usb.serialNumber.map { "with the serial number \($0.withoutControls)" }
      ?? "without serial number"
    return "the device \(usb.identity)\(name) \(number)"
  }
}

import Synchronization

/// The line to one board, which is found again by its identity when it comes back at another port.
///
/// The first opening remembers which USB device was behind the port. Later ones open that device wherever it is, and
/// never another one that has taken its path. A device without a serial number is known by its path and its numbers
/// alone; a line without a USB device behind it is opened by its name each time. That it is the same board, its
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
    var open: @Sendable (TransportSelector) throws(TransportError) -> any ByteTransport = {
      (selector) throws(TransportError) in try selector.open()
    }
  }

  /// What the user named.
  public let selector: TransportSelector
  private let ports: Ports
  /// The selector of the USB device that was opened first.
  private let device = Mutex<TransportSelector?>(nil)
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
    if let first = device.withLock({ $0 }) { return try ports.open(first) }
    // Of several devices none is taken: opening says so.
    let boards = try ports.devices().filter { usb.matches($0.usb) }
    let chosen = boards.count == 1 ? boards[0].selector : selector
    let line = try ports.open(chosen)
    device.withLock { $0 = chosen }
    return line
  }

  private func openSerial(
    _ path: String, _ baudRate: Int
  ) throws(TransportError) -> any ByteTransport {
    guard let first = serial.withLock({ $0 }), let usb = first.usb else {
      let line = try ports.open(selector)
      // Only now: while it is open, no other device takes its path.
      if let port = ports.port(path), port.usb != nil { serial.withLock { $0 = port } }
      return line
    }
    let there = ports.port(path)
    if let there, isSame(there, first) { return try ports.open(selector) }
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
        return try ports.open(.serial(path: other.path, baudRate: baudRate))
      }
    }
    throw missing(path, usb, there)
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
    let number = usb.serialNumber.map { "with the serial number \($0)" } ?? "without serial number"
    return "the device \(usb.identity)\(name) \(number)"
  }
}

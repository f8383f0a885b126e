/// All that is connected and may be a board, over USB and over serial ports.
public struct PortDiscovery: Sendable, Hashable {
  /// What was found: boards on USB with their serial ports, then other serial ports of USB devices, then those of
  /// the mainboard.
  public var ports: [ConnectedPort]
  /// What could not be listed, and why; the others are listed all the same.
  public var troubles: [ConnectedPort.Kind: TransportError]

  /// Something that was found.
  public init(
    ports: [ConnectedPort], troubles: [ConnectedPort.Kind: TransportError] = [:]
  ) {
    (self.ports, self.troubles) = (ports, troubles)
  }

  /// Looks at what is connected; nothing is sent to any of it.
  ///
  /// A board that has a serial port and an interface on USB is there twice, with one serial number.
  public static func look() -> PortDiscovery {
    look(
      usb: { () throws(TransportError) in try USBList.devices() },
      serial: { () throws(TransportError) in try PortList.ports() })
  }

  static func look(
    usb: () throws(TransportError) -> [USBDevice],
    serial: () throws(TransportError) -> [SerialPort]
  ) -> PortDiscovery {
    var (devices, ports): ([USBDevice], [SerialPort]) = ([], [])
    var troubles: [ConnectedPort.Kind: TransportError] = [:]
    do throws(TransportError) { devices = try usb() } catch { troubles[.usb] = error }
    do throws(TransportError) { ports = try serial() } catch { troubles[.serial] = error }
    return PortDiscovery(ports: merged(devices, ports), troubles: troubles)
  }

  private static func merged(
    _ devices: [USBDevice], _ ports: [SerialPort]
  ) -> [ConnectedPort] {
    let boards = Set(devices.map(\.place))
    let found =
      devices.map { device in
        var port = ConnectedPort(device)
        // A selector without serial number means those as well that have one.
        let count = devices.count { USBSelector(device.usb).matches($0.usb) }
        if count > 1, port.flaw == nil {
          port.flaw =
            "\(device.selector) means \(count) devices, and this one cannot be named apart: unplug the others, or "
            + "give each a serial number of its own"
        }
        return port
      } + ports.map(ConnectedPort.init)
    return found.map { (order(of: $0, boards), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Longer numbers come behind shorter ones, as `ttyACM10` behind `ttyACM9`.
  private static func order(of port: ConnectedPort, _ boards: Set<String>) -> Order {
    let place = port.place ?? ""
    let rank = boards.contains(place) ? 0 : port.usb != nil ? 1 : 2
    return Order(
      numbers: [
        rank, rank == 0 ? place.utf8.count : 0, port.kind == .usb ? 0 : 1, port.path.utf8.count,
      ],
      texts: [rank == 0 ? place : "", port.path])
  }

  private struct Order: Comparable {
    /// Rank, length of the place, kind, length of the path.
    let numbers: [Int]
    /// Place and path.
    let texts: [String]

    static func < (one: Order, other: Order) -> Bool {
      (one.numbers[0], one.numbers[1], one.texts[0], one.numbers[2], one.numbers[3], one.texts[1])
        < (
          other.numbers[0], other.numbers[1], other.texts[0], other.numbers[2], other.numbers[3],
          other.texts[1]
        )
    }
  }
}

/// A serial port of this machine, as it looks without being opened.
public struct SerialPort: Sendable, Hashable {
  /// The path of its device.
  public var path: String
  /// What the driver calls it.
  public var label: String
  /// What the USB device behind it says of itself; nil for other ports.
  public var usb: USBIdentity?
  /// Where that device is plugged in, such as `1-4.2`, and the number of the interface that the port is of.
  public var place: String?, interface: UInt8?
  /// Whether it may be opened.
  public var access: PortAccess

  /// The selector that opens it.
  public var selector: TransportSelector {
    .serial(path: path, baudRate: TransportSelector.usualBaudRate)
  }
}

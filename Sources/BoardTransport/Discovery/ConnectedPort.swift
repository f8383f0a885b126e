/// Something that is connected and may be a board, as it looks without being opened.
public struct ConnectedPort: Sendable, Hashable {
  /// How it is spoken with.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Over bulk endpoints, by an interface that says it is one of a board.
    case usb
    /// As a serial port; whether a board is behind it shows when it is greeted.
    case serial
  }

  /// The selector that opens it.
  public var selector: TransportSelector
  /// The path of its node.
  public var path: String
  /// Where it is plugged in, such as `1-4.2`; nil for what is not on USB.
  public var place: String?
  /// What it, or its driver, calls it.
  public var label: String
  /// What the USB device says of itself; nil for other ports.
  public var usb: USBIdentity?
  /// Whether it may be opened.
  public var access: PortAccess
  /// What is wrong with it, whoever opens it; nil where nothing is.
  public var flaw: String?

  /// Describes a port.
  public init(
    selector: TransportSelector, path: String, place: String? = nil, label: String,
    usb: USBIdentity? = nil, access: PortAccess, flaw: String? = nil
  ) {
    (self.selector, self.path, self.place, self.label) = (selector, path, place, label)
    (self.usb, self.access, self.flaw) = (usb, access, flaw)
  }

  /// A USB device.
  init(_ device: USBDevice) {
    self.init(
      selector: device.selector, path: device.path, place: device.place,
      label: device.usb.productName ?? "a USB device without a name", usb: device.usb,
      access: device.access, flaw: device.flaw)
  }

  /// A serial port.
  init(_ port: SerialPort) {
    self.init(
      selector: port.selector, path: port.path, place: port.place, label: port.label,
      usb: port.usb, access: port.access)
  }

  /// How it is spoken with.
  public var kind: Kind { if case .usb = selector { .usb } else { .serial } }

  /// Whether nothing speaks against opening it.
  public var mayBeOpened: Bool { access == .allowed && flaw == nil }

  /// Why it may not be opened, and what to do; nil where it may.
  public var obstacle: String? {
    if let flaw { return flaw }
    return switch access {
    case .allowed: nil
    case .denied(_, let explanation), .absent(let explanation): explanation
    case .held(let holders): "held by " + PortHolder.text(holders)
    }
  }
}

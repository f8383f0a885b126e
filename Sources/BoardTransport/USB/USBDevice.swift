/// A USB device of this machine that says it is a board, as it looks without being opened.
public struct USBDevice: Sendable, Hashable {
  /// What it says of itself.
  public var usb: USBIdentity
  /// The path of its node, such as `/dev/bus/usb/001/005`; it changes with each plugging in.
  public var path: String
  /// Where it is plugged in, such as `1-4.2`; it stays.
  public var place: String
  /// The interface to a board; nil where there is none that could be used.
  public var interface: USBInterface?
  /// What is wrong with its descriptors; nil where nothing is.
  public var flaw: String?
  /// Whether it may be opened.
  public var access: PortAccess

  /// Whether it was configured, as a device is that is neither about to come nor to go.
  var isConfigured = true

  /// Whether it is plugged in still.
  var isThere: Bool { isConfigured && SystemFiles.status(path) != nil }

  /// The selector that opens it.
  public var selector: TransportSelector {
    .usb(USBSelector(vendor: usb.vendor, product: usb.product, serialNumber: usb.serialNumber))
  }
}

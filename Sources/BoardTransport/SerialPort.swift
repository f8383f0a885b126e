/// A serial port of this machine, as it looks without being opened.
public struct SerialPort: Sendable, Hashable {
  /// What a USB device says of itself.
  public struct USB: Sendable, Hashable {
    /// The number of the vendor, and the vendor's number of the product.
    public var vendor: UInt16, product: UInt16
    /// The name of the vendor, if the device has it.
    public var vendorName: String?
    /// The name of the product, if the device has it.
    public var productName: String?
    /// What tells two devices of one product apart, if the device has it.
    public var serialNumber: String?

    /// Such as `1209:0001`, in hexadecimal.
    public var identity: String { Self.hexadecimal(vendor) + ":" + Self.hexadecimal(product) }

    private static func hexadecimal(_ number: UInt16) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// The path of its device.
  public var path: String
  /// What the driver calls it.
  public var label: String
  /// What the USB device behind it says of itself; nil for other ports.
  public var usb: USB?
  /// Whether it may be opened.
  public var access: PortAccess

  /// The selector that opens it.
  public var selector: TransportSelector {
    .serial(path: path, baudRate: TransportSelector.usualBaudRate)
  }
}

/// Which USB device to open: `VID:PID` or `VID:PID:SERIAL`, numbers in hexadecimal.
public struct USBSelector: Sendable, Hashable, CustomStringConvertible {
  /// The number of the vendor, and the vendor's number of the product.
  public var vendor: UInt16, product: UInt16
  /// The serial number; nil where any will do, as long as there is one device only.
  public var serialNumber: String?

  /// Names a device.
  public init(vendor: UInt16, product: UInt16, serialNumber: String? = nil) {
    (self.vendor, self.product, self.serialNumber) = (vendor, product, serialNumber)
  }

  /// Takes a text apart; nil where it is none.
  ///
  /// A serial number may have colons in it.
  init?(parsing text: String) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let vendor = Self.number(parts[0]), let product = Self.number(parts[1]),
      parts.count == 2 || !parts[2].isEmpty
    else { return nil }
    self.init(
      vendor: vendor, product: product, serialNumber: parts.count == 3 ? String(parts[2]) : nil)
  }

  private static func number(_ text: Substring) -> UInt16? {
    // A sign would pass for a number else.
    text.count == 4 && text.allSatisfy(\.isHexDigit) ? UInt16(text, radix: 16) : nil
  }

  /// Such as `1209:0001:SN-7`.
  public var description: String {
    USBIdentity.text(vendor, product) + (serialNumber.map { ":\($0)" } ?? "")
  }

  /// Whether a device is meant.
  func matches(_ usb: USBIdentity) -> Bool {
    (vendor, product) == (usb.vendor, usb.product)
      && (serialNumber == nil || serialNumber == usb.serialNumber)
  }
}

/// What a USB device says of itself.
public struct USBIdentity: Sendable, Hashable {
  /// The number of the vendor, and the vendor's number of the product.
  public var vendor: UInt16, product: UInt16
  /// The name of the vendor, if the device has it.
  public var vendorName: String?
  /// The name of the product, if the device has it.
  public var productName: String?
  /// What tells two devices of one product apart, if the device has it.
  public var serialNumber: String?

  /// Names a device.
  public init(
    vendor: UInt16, product: UInt16, vendorName: String? = nil, productName: String? = nil,
    serialNumber: String? = nil
  ) {
    (self.vendor, self.product) = (vendor, product)
    (self.vendorName, self.productName) = (vendorName, productName)
    self.serialNumber = serialNumber
  }

  /// Such as `1209:0001`, in hexadecimal.
  public var identity: String { Self.text(vendor, product) }

  /// Two numbers of four hexadecimal digits.
  static func text(_ vendor: UInt16, _ product: UInt16) -> String {
    hexadecimal(vendor) + ":" + hexadecimal(product)
  }

  private static func hexadecimal(_ number: UInt16) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

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

  /// Names a device by what it says of itself.
  init(_ usb: USBIdentity) {
    self.init(vendor: usb.vendor, product: usb.product, serialNumber: usb.serialNumber)
  }

  /// Takes a text apart; nil where it is none.
  ///
  /// A serial number may have colons in it; what would end it, or not show, is written as `%3F` with the bytes of
  /// UTF-8.
  init?(parsing text: String) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let vendor = Self.number(parts[0]), let product = Self.number(parts[1]),
      parts.count == 2 || !parts[2].isEmpty
    else { return nil }
    self.init(vendor: vendor, product: product)
    guard parts.count == 3 else { return }
    guard let number = Self.decoded(parts[2]) else { return nil }
    serialNumber = number
  }

  private static func number(_ text: Substring) -> UInt16? {
    // A sign would pass for a number else.
    text.count == 4 && text.allSatisfy(\.isHexDigit) ? UInt16(text, radix: 16) : nil
  }

  /// Such as `1209:0001:SN-7`.
  public var description: String {
    USBIdentity.text(vendor, product) + (serialNumber.map { ":" + Self.encoded($0) } ?? "")
  }

  private static func encoded(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      guard scalar.isControl || "?&=%".unicodeScalars.contains(scalar) else {
        return String(scalar)
      }
      return String(scalar).utf8.map { byte in
        (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }.joined()
    }.joined()
  }

  private static func decoded(_ text: Substring) -> String? {
    var (bytes, rest): ([UInt8], Substring.UTF8View) = ([], text.utf8)
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let code = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a device is meant.
  func matches(_ usb: USBIdentity) -> Bool {
    (vendor, product) == (usb.vendor, usb.product)
      && (serialNumber == nil || serialNumber == usb.serialNumber)
  }
}

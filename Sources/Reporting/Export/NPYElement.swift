/// A number that can stand in a NumPy file.
public protocol NPYElement: Sendable {
  /// The type as NumPy writes it, little-endian: "<f4" and so on.
  static var npyDescriptor: String { get }

  /// The bytes of the number, the least significant first.
  var npyBytes: [UInt8] { get }
}

extension Float: NPYElement {
  /// The type as NumPy writes it: `<f4`.
  public static var npyDescriptor: String { "<f4" }

  /// The bytes of the number, the least significant first.
  public var npyBytes: [UInt8] { littleEndianBytes(bitPattern) }
}

extension Double: NPYElement {
  /// The type as NumPy writes it: `<f8`.
  public static var npyDescriptor: String { "<f8" }

  /// The bytes of the number, the least significant first.
  public var npyBytes: [UInt8] { littleEndianBytes(bitPattern) }
}

extension Int32: NPYElement {
  /// The type as NumPy writes it: `<i4`.
  public static var npyDescriptor: String { "<i4" }

  /// The bytes of the number, the least significant first.
  public var npyBytes: [UInt8] { littleEndianBytes(self) }
}

extension UInt32: NPYElement {
  /// The type as NumPy writes it: `<u4`.
  public static var npyDescriptor: String { "<u4" }

  /// The bytes of the number, the least significant first.
  public var npyBytes: [UInt8] { littleEndianBytes(self) }
}

private func littleEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

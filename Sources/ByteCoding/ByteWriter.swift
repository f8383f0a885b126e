/// Bytes under construction: little-endian integers and varints, the same on every machine.
public struct ByteWriter: Sendable, Hashable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// Starts with no bytes.
  public init() {}

  /// Makes room for a number of bytes.
  public init(reserving count: Int) { bytes.reserveCapacity(count) }

  /// Writes an integer in its full width, lowest byte first.
  ///
  /// - Precondition: it has at most 64 bits.
  @inlinable public mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    append(word: UInt64(truncatingIfNeeded: number), size: MemoryLayout<Number>.size)
  }

  /// The one place that writes integers: generic code of another module is not specialised.
  @usableFromInline mutating func append(word: UInt64, size: Int) {
    precondition(size <= 8, "an integer of at most 64 bits")
    for place in 0..<size { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) }
  }

  /// Writes the 64 bits of an IEEE 754 number, lowest byte first.
  public mutating func append(_ number: Double) { append(number.bitPattern) }

  /// Writes an unsigned LEB128 varint: seven bits a byte, lowest first, the top bit set on all but the
  /// last byte.
  public mutating func append(varint number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes a number that is not negative as a varint.
  ///
  /// - Precondition: the number is not negative.
  public mutating func append(varint number: Int) { append(varint: UInt64(number)) }

  /// Writes a signed number as a varint of `2 n` or `-2 n - 1` (zigzag), so that small ones stay short.
  public mutating func append(zigzag number: Int64) {
    append(varint: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  /// Writes bytes as they are.
  @inlinable public mutating func append(raw: some Sequence<UInt8>) { append(all: Array(raw)) }

  /// Writes the number of bytes as a varint, and the bytes.
  @inlinable public mutating func append(counted: some Collection<UInt8>) {
    append(varint: counted.count)
    append(all: Array(counted))
  }

  @usableFromInline mutating func append(all more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Writes a text as counted UTF-8.
  public mutating func append(text: String) { append(counted: Array(text.utf8)) }
}

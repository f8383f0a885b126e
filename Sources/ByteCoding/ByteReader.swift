/// Takes bytes apart that a ``ByteWriter`` put together.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  /// How many bytes have been read.
  public private(set) var offset = 0

  /// Reads from the start of some bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether every byte has been read.
  public var isAtEnd: Bool { offset == bytes.count }

  /// How many bytes have not been read.
  public var left: Int { bytes.count - offset }

  /// Reads an integer of full width, lowest byte first.
  ///
  /// - Precondition: it has at most 64 bits.
  @inlinable public mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(ByteError) -> Number {
    Number(truncatingIfNeeded: try word(of: MemoryLayout<Number>.size))
  }

  /// The one place that takes integers: generic code of another module is not specialised, and this
  /// runs a dozen times a record.
  @usableFromInline mutating func word(of size: Int) throws(ByteError) -> UInt64 {
    precondition(size <= 8, "an integer of at most 64 bits")
    guard bytes.count - offset >= size else { throw .short(at: offset) }
    var word: UInt64 = 0
    for place in 0..<size { word |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
    offset += size
    return word
  }

  /// Reads an IEEE 754 number of 64 bits.
  public mutating func double() throws(ByteError) -> Double {
    Double(bitPattern: try integer(UInt64.self))
  }

  /// Reads a varint; one that is longer than it need be is refused, so that bytes have one reading.
  public mutating func varint() throws(ByteError) -> UInt64 {
    let start = offset
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < bytes.count else { throw .short(at: start) }
      let byte = bytes[offset]
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw .malformed(at: start) }
      offset += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard byte != 0 || shift == 0 else { throw .malformed(at: start) }
        return number
      }
      shift += 7
    }
  }

  /// Reads a varint that counts something.
  public mutating func count() throws(ByteError) -> Int {
    let start = offset
    guard let number = Int(exactly: try varint()) else { throw .malformed(at: start) }
    return number
  }

  /// Reads a zigzag varint.
  public mutating func zigzag() throws(ByteError) -> Int64 {
    let number = try varint()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  /// Reads some bytes.
  public mutating func raw(_ count: Int) throws(ByteError) -> [UInt8] {
    guard count >= 0, bytes.count - offset >= count else { throw .short(at: offset) }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  /// Reads counted bytes.
  public mutating func counted() throws(ByteError) -> [UInt8] { try raw(try count()) }

  /// Reads a text.
  public mutating func text() throws(ByteError) -> String {
    let start = offset
    guard let text = String(validating: try counted(), as: UTF8.self) else {
      throw .malformed(at: start)
    }
    return text
  }

  /// Demands that every byte has been read.
  public func end() throws(ByteError) {
    guard isAtEnd else { throw .malformed(at: offset) }
  }
}

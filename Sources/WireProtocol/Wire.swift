public import ByteCoding

/// The messages of the board protocol; Firmware-protocol/SPECIFICATION.md says what they mean.
public enum Wire {}

/// Fields in the order in which they lie on the wire.
public protocol WireFields: Sendable, Hashable {
  /// Reads the fields.
  init(from reader: inout ByteReader) throws(ByteError)

  /// Writes the fields.
  func write(to writer: inout ByteWriter)
}

/// What a frame carries.
public protocol WirePayload: WireFields {
  /// The type in a frame's header.
  static var type: UInt8 { get }

  /// Whether it is numbered, acknowledged and sent again.
  static var isSequenced: Bool { get }
}

extension ByteReader {
  /// Reads a byte that stands for a value.
  mutating func value<Value>(_ make: (UInt8) -> Value?) throws(ByteError) -> Value {
    guard let value = make(try integer(UInt8.self)) else { throw .malformed(at: offset - 1) }
    return value
  }

  /// Reads structures after their number.
  mutating func list<Entry: WireFields>(_ type: Entry.Type) throws(ByteError) -> [Entry] {
    let count = Int(try integer(UInt8.self))
    // No room is made for entries that a damaged count only promises.
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try Entry(from: &self)) }
    return entries
  }
}

extension ByteWriter {
  /// Writes bytes after their number.
  ///
  /// - Precondition: there are at most 255.
  mutating func append(short bytes: [UInt8]) {
    append(UInt8(bytes.count))
    append(raw: bytes)
  }

  /// Writes structures after their number.
  ///
  /// - Precondition: there are at most 255.
  mutating func append(list entries: [some WireFields]) {
    append(UInt8(entries.count))
    for entry in entries { entry.write(to: &self) }
  }
}

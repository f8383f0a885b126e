import ByteCoding

/// A frame as it travels: header, payload, checksum, without zeros, ended by one.
public struct Frame: Sendable, Hashable {
  /// The type of the message.
  public var type: UInt8
  /// The session, or 0 outside of one.
  public var session: UInt16
  /// The number of a numbered message; else the number that the sender will use next.
  public var sequence: UInt16
  /// The number that the sender expects next.
  public var acknowledged: UInt16
  /// The fields of the message.
  public var payload: [UInt8]

  /// Makes a frame.
  public init(
    type: UInt8, session: UInt16 = 0, sequence: UInt16 = 0, acknowledged: UInt16 = 0,
    payload: [UInt8] = []
  ) {
    self.type = type
    self.session = session
    self.sequence = sequence
    self.acknowledged = acknowledged
    self.payload = payload
  }

  /// Why bytes are not a frame.
  public enum Fault: Error, Sendable, Hashable {
    /// Fewer bytes than a header and a checksum.
    case short
    /// No COBS encoding of anything.
    case encoding
    /// The checksum does not fit.
    case checksum
    /// Another major version.
    case version
    /// Flags of a later version, which change how the rest is read.
    case flags
    /// More bytes than a frame may have.
    case long
  }

  /// Appends the bytes on the wire, the zero at the end included.
  public func encode(into bytes: inout [UInt8]) {
    var writer = ByteWriter(reserving: payload.count + Wire.frameOverhead)
    writer.append(Wire.major << 4)
    writer.append(type)
    writer.append(session)
    writer.append(sequence)
    writer.append(acknowledged)
    writer.append(raw: payload)
    writer.append(CRC32C.checksum(writer.bytes))
    COBS.encode(writer.bytes, into: &bytes)
    bytes.append(0)
  }

  /// Reads a frame from what stood between two zeros.
  ///
  /// - Parameter mostFrame: the most bytes that a frame may have when it is decoded.
  public init(
    decoding bytes: some RandomAccessCollection<UInt8>, mostFrame: Int = .max
  ) throws(Fault) {
    guard let decoded = COBS.decode(bytes) else { throw .encoding }
    // Some encodings are shorter than others: their length says too little.
    guard decoded.count <= mostFrame else { throw .long }
    guard decoded.count >= Wire.frameOverhead else { throw .short }
    let end = decoded.count - 4
    let checksum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(decoded[end + $1]) << UInt32(8 * $1) }
    var sum = CRC32C()
    decoded.withUnsafeBytes { sum.append(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
    guard sum.value == checksum else { throw .checksum }
    guard decoded[0] >> 4 == Wire.major else { throw .version }
    guard decoded[0] & 15 == 0 else { throw .flags }
    func number(_ place: Int) -> UInt16 { UInt16(decoded[place]) | UInt16(decoded[place + 1]) << 8 }
    type = decoded[1]
    (session, sequence, acknowledged) = (number(2), number(4), number(6))
    payload = Array(decoded[8..<end])
  }
}

import Testing

@testable import WireProtocol

@Suite struct FrameTests {
  static let frame = Frame(
    type: 0x26, session: 0x1234, sequence: 7, acknowledged: 0xFFFE, payload: [0, 1, 2, 0, 0, 255])

  static func wire(_ frame: Frame = frame) -> [UInt8] {
    var bytes: [UInt8] = []
    frame.encode(into: &bytes)
    return bytes
  }

  @Test func aFrameSurvivesTheWire() throws {
    let bytes = Self.wire()
    #expect(bytes.last == 0 && !bytes.dropLast().contains(0))
    #expect(try Frame(decoding: bytes.dropLast()) == Self.frame)
  }

  /// A frame of another program in bytes that were worked out apart: CRC-32C of the nine bytes
  /// "123456789" is e3069283.
  @Test func theLayoutIsThatOfTheSpecification() {
    let bytes = Self.wire(Frame(type: 0x10, session: 1, sequence: 2, acknowledged: 3, payload: [9]))
    let plain = COBS.decode(bytes.dropLast()) ?? []
    #expect(plain.prefix(9) == [0x10, 0x10, 1, 0, 2, 0, 3, 0, 9])
    #expect(plain.count == 13)
  }

  /// Any change of one bit is noticed: CRC-32C finds all of up to 32 bits in a row.
  @Test func everyFlippedBitIsNoticed() {
    let bytes = Array(Self.wire().dropLast())
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        if damaged[place] == 0 { continue }
        #expect(throws: Frame.Fault.self) { _ = try Frame(decoding: damaged) }
      }
    }
  }

  @Test func otherVersionsAndFlagsAreForeign() {
    for (version, fault) in [(UInt8(0x20), Frame.Fault.version), (0x11, .flags)] {
      var plain = COBS.decode(Self.wire().dropLast()) ?? []
      plain[0] = version
      let sum = crc(Array(plain.dropLast(4)))
      plain.replaceSubrange(plain.count - 4..<plain.count, with: sum)
      var bytes: [UInt8] = []
      COBS.encode(plain, into: &bytes)
      #expect(throws: fault) { _ = try Frame(decoding: bytes) }
    }
  }

  /// Bit by bit, apart from the tables of the library.
  private func crc(_ bytes: [UInt8]) -> [UInt8] {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> UInt32(8 * $0)) }
  }

  /// Frames are found whatever stands between them, and however the stream is cut.
  @Test(arguments: [1, 2, 3, 7, 1000])
  func framesAreFoundInAnyStream(part: Int) {
    let frames = (0..<20).map { number in
      Frame(type: 0x11, sequence: UInt16(number), payload: [UInt8](repeating: 0, count: number))
    }
    var stream: [UInt8] = Array("AT+GCAP\r\n".utf8) + [0, 0]
    for frame in frames { stream += Self.wire(frame) + [0] }
    stream += [UInt8](repeating: 7, count: 5000) + [0] + Self.wire()
    var decoder = FrameDecoder(mostFrame: 512)
    var found: [Frame] = []
    for start in stride(from: 0, to: stream.count, by: part) {
      decoder.receive(stream[start..<min(stream.count, start + part)]) { found.append($0) }
    }
    #expect(found == frames + [Self.frame])
    #expect(decoder.faults.damaged == 2)
  }
}

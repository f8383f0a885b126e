import ByteCoding
import Testing

@Suite struct ByteCodingTests {
  @Test func checksumsAreThoseOfTheCatalogue() {
    // The check value of CRC-32/ISCSI, and the vectors of RFC 3720, appendix B.4.
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test func partsAddUpToTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 37) }
    for cut in [0, 1, 7, 8, 9, 500, 999, 1000] {
      var sum = CRC32C()
      sum.append(Array(bytes[..<cut]))
      sum.append(Array(bytes[cut...]))
      #expect(sum.value == CRC32C.checksum(bytes))
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    var writer = ByteWriter()
    let varints: [UInt64] = [0, 1, 127, 128, 300, 1 << 35, .max]
    let signed: [Int64] = [0, -1, 1, -64, 64, .min, .max]
    for number in varints { writer.append(varint: number) }
    for number in signed { writer.append(zigzag: number) }
    writer.append(UInt32(0x0403_0201))
    writer.append(-2.5)
    writer.append(text: "SP µS")
    var reader = ByteReader(writer.bytes)
    for number in varints { #expect(try reader.varint() == number) }
    for number in signed { #expect(try reader.zigzag() == number) }
    #expect(try reader.integer(UInt32.self) == 0x0403_0201)
    #expect(try reader.double() == -2.5)
    #expect(try reader.text() == "SP µS")
    try reader.end()
  }

  @Test func layoutsAreLittleEndianAndLEB128() {
    var writer = ByteWriter()
    writer.append(UInt32(0x0102_0304))
    writer.append(varint: 300)
    writer.append(zigzag: -2)
    #expect(writer.bytes == [4, 3, 2, 1, 0xAC, 0x02, 3])
  }

  @Test(
    arguments: [
      [0x80], [0x80, 0x00], [UInt8](repeating: 0xFF, count: 10),
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02],
    ] as [[UInt8]])
  func oddVarintsAreRefused(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    #expect(throws: ByteError.self) { try reader.varint() }
  }

  @Test func bytesThatEndEarlyAreRefused() {
    var reader = ByteReader([5, 1, 2])
    #expect(throws: ByteError.short(at: 1)) { try reader.counted() }
    var number = ByteReader([1, 2, 3])
    #expect(throws: ByteError.short(at: 0)) { try number.integer(UInt32.self) }
    #expect(throws: ByteError.malformed(at: 0)) { try ByteReader([1]).end() }
  }
}

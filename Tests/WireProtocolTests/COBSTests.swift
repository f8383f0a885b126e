import Testing

@testable import WireProtocol

@Suite struct COBSTests {
  /// The examples of the paper's encoding, and the ends of blocks.
  static let examples: [(plain: [UInt8], encoded: [UInt8])] = [
    ([], [1]), ([0], [1, 1]), ([0, 0], [1, 1, 1]),
    ([0x11, 0x22, 0, 0x33], [3, 0x11, 0x22, 2, 0x33]),
    ([0x11, 0, 0, 0], [2, 0x11, 1, 1, 1]),
    (Array(1...254), [0xFF] + Array(1...254)),
    ([0] + Array(1...254), [1, 0xFF] + Array(1...254)),
    (Array(1...255), [0xFF] + Array(1...254) + [2, 255]),
    (Array(2...255) + [0], [0xFF] + Array(2...255) + [1, 1]),
  ]

  @Test(arguments: examples.indices)
  func bytesAreEncodedAsTheyMust(example: Int) {
    let (plain, expected) = Self.examples[example]
    var encoded: [UInt8] = []
    COBS.encode(plain, into: &encoded)
    #expect(encoded == expected)
    #expect(COBS.decode(encoded) == plain)
    #expect(encoded.count <= COBS.bound(plain.count))
  }

  /// Codes that reach beyond the end, zeros, and a second encoding of the same bytes.
  @Test(
    arguments: [
      [0], [2], [5, 1, 2], [3, 1, 0, 1], [1, 0], [0xFF] + Array(1...253),
      [0xFF] + Array(1...254) + [1],
    ] as [[UInt8]])
  func whatIsNoEncodingIsRefused(bytes: [UInt8]) {
    #expect(COBS.decode(bytes) == nil)
  }

  @Test func everyLengthSurvives() {
    var random = SystemRandomNumberGenerator()
    for length in 0..<600 {
      // Few zeros, so that blocks get full.
      let plain = (0..<length).map { _ in
        UInt8.random(in: 0...255, using: &random) < 2
          ? 0 : UInt8.random(in: 1...255, using: &random)
      }
      var encoded: [UInt8] = []
      COBS.encode(plain, into: &encoded)
      #expect(!encoded.contains(0))
      #expect(COBS.decode(encoded) == plain)
    }
  }
}

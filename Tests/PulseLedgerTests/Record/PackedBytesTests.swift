import ByteCoding
import ReproducibleNoise
import Testing

@testable import PulseLedger

@Suite struct PackedBytesTests {
  /// What compresses is kept from one stream to the next: none may know of the one before.
  @Test func streamsDoNotDependOnThoseBefore() throws {
    var random = RandomStream(seed: 5)
    let inputs = [63, 64, 2_080, 9_000, 70_000].flatMap { count in
      [
        (0..<count).map { UInt8($0 % 7 == 0 ? 1 : 0) },
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 60) },
      ]
    }
    let first = inputs.map { PackedBytes($0).stored }
    #expect(inputs.reversed().map { PackedBytes($0).stored } == first.reversed())
    for (input, stored) in zip(inputs, first) {
      var reader = ByteReader(stored)
      #expect(try PackedBytes.read(from: &reader) == input)
      try reader.end()
      // What cannot be compressed is stored as it is, behind its form and two lengths.
      #expect(stored.count <= input.count + 7)
    }
  }
}

import Testing

@testable import VirtualBoard

@Suite struct BadLineTests {
  /// Bytes one at a time, so that it shows what became of each: how often each of the five ends came.
  ///
  /// Six standard deviations: false alarms in 1 of 10^8 runs, and none for this seed.
  @Test(arguments: [(0.3, 0.2, 0.1), (0.0, 0.4, 0.5), (0.001, 0.001, 0.001), (0.2, 0.0, 0.0)])
  func eachByteHasItsChances(drop: Double, flip: Double, duplicate: Double) {
    var faults = BoardFaults()
    (faults.drop, faults.flip, faults.duplicate, faults.seed) = (drop, flip, duplicate, 20)
    print("BadLineTests: seed \(faults.seed)")
    var line = BadLine(faults, stream: 1, shifts: false)
    let count = 200_000
    var ends: [String: Double] = [:]
    for _ in 0..<count {
      line.put([0x5A], at: 0)
      let arrived = line.take(at: 0)
      let isFlipped = arrived.first.map { ($0 ^ 0x5A).nonzeroBitCount == 1 } ?? false
      #expect(Set(arrived).count <= 1 && (isFlipped || arrived.first ?? 0x5A == 0x5A))
      ends["\(arrived.count) \(isFlipped)", default: 0] += 1
    }
    let stays = 1 - drop
    let chances = [
      "0 false": drop, "1 false": stays * (1 - flip) * (1 - duplicate),
      "1 true": stays * flip * (1 - duplicate), "2 false": stays * (1 - flip) * duplicate,
      "2 true": stays * flip * duplicate,
    ]
    for (end, chance) in chances {
      let expected = chance * Double(count)
      let most = 6 * (expected * (1 - chance)).squareRoot() + 1
      #expect(abs((ends[end] ?? 0) - expected) <= most, "\(end)")
    }
  }

  /// Where bytes are put together matters nothing but for what cuts them off.
  @Test func theSameFaultsHoweverBytesComeTogether() {
    var faults = BoardFaults()
    (faults.drop, faults.flip, faults.duplicate) = (0.01, 0.01, 0.01)
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
    var (together, apart) = (
      BadLine(faults, stream: 1, shifts: false), BadLine(faults, stream: 1, shifts: false)
    )
    together.put(bytes, at: 0)
    for byte in bytes { apart.put([byte], at: 0) }
    let seen = together.take(at: 0)
    #expect(seen == apart.take(at: 0) && seen != bytes)
  }
}

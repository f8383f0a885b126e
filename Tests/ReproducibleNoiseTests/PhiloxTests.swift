import ReproducibleNoise
import Testing

/// Known answers of philox4x32-10 as published with Random123 (kat_vectors).
@Suite struct PhiloxTests {
  @Test(arguments: [
    (
      Philox.Words(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
      Philox.Words(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      Philox.Words(repeating: 0xffff_ffff), SIMD2<UInt32>(repeating: 0xffff_ffff),
      Philox.Words(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      Philox.Words(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
      Philox.Words(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func knownAnswers(counter: Philox.Words, key: SIMD2<UInt32>, expected: Philox.Words) {
    #expect(Philox.words(counter: counter, key: key) == expected)
  }
}

@Suite struct RandomStreamTests {
  @Test func aCopyContinuesFromTheSamePlace() {
    var first = RandomStream(seed: 7, stream: 3)
    _ = first.gaussian()
    var second = first
    #expect((0..<9).map { _ in first.gaussian() } == (0..<9).map { _ in second.gaussian() })
  }

  @Test func streamsAndSeedsDiffer() {
    var draws = Set<UInt64>()
    for seed in UInt64(0)..<20 {
      for stream in UInt64(0)..<20 {
        var random = RandomStream(seed: seed, stream: stream)
        for _ in 0..<4 { draws.insert(random.next()) }
      }
    }
    #expect(draws.count == 20 * 20 * 4)
  }

  /// Moments of 400,000 normals: each within 4.5 standard errors (false alarm 7e-6 a moment).
  @Test func gaussianMoments() {
    let count = 400_000
    var random = RandomStream(seed: 20_261_121)
    var sums = (0.0, 0.0, 0.0, 0.0)
    for _ in 0..<count {
      let x = random.gaussian()
      sums.0 += x
      sums.1 += x * x
      sums.2 += x * x * x
      sums.3 += x * x * x * x
    }
    let n = Double(count)
    #expect(abs(sums.0 / n) < 4.5 * (1 / n).squareRoot())
    #expect(abs(sums.1 / n - 1) < 4.5 * (2 / n).squareRoot())
    #expect(abs(sums.2 / n) < 4.5 * (15 / n).squareRoot())
    #expect(abs(sums.3 / n - 3) < 4.5 * (96 / n).squareRoot())
  }

  /// A chi-square of 6 orders of 3 numbers: 5 degrees of freedom, above 27.9 in 4e-5 of all cases.
  @Test func ordersOfThreeAreAllAsFrequent() {
    var random = RandomStream(seed: 20_261_122)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<60_000 { counts[random.order(of: 3), default: 0] += 1 }
    #expect(counts.count == 6)
    let chiSquare = counts.values.reduce(0.0) {
      $0 + Double($1 - 10_000) * Double($1 - 10_000) / 10_000
    }
    #expect(chiSquare < 27.9)
    #expect(random.order(of: 0) == [] && random.order(of: 1) == [0])
  }
}

/// The Philox4x32-10 counter-based generator: four random words for a counter and a key.
///
/// Counter-based means that a draw depends on its address alone and not on the draws before it,
/// so that results are equal on any number of threads and in any order of unrelated work.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011;
/// checked against the known-answer vectors that their Random123 library publishes.
public enum Philox {
  /// Four 32-bit words: a counter, or the random words drawn for it.
  public typealias Words = SIMD4<UInt32>

  /// The random words of one counter.
  ///
  /// - Parameters:
  ///   - counter: the address of the draw.
  ///   - key: the low and the high half of the seed.
  public static func words(counter: Words, key: SIMD2<UInt32>) -> Words {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return Words(c0, c1, c2, c3)
  }
}

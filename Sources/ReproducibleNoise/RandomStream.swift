import Foundation

/// A sequence of reproducible random numbers, addressed by a seed and a stream number.
///
/// Two streams of one seed are independent. A stream is a value: a copy continues from the same place.
/// The draws come from ``Philox``, one counter for each pair of 64-bit words.
public struct RandomStream: Sendable, RandomNumberGenerator {
  private let key: SIMD2<UInt32>
  private let stream: UInt64
  private var position: UInt64 = 0
  private var words = Philox.Words()
  private var spare: Double?

  /// Starts the stream at its first number.
  public init(seed: UInt64, stream: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    self.stream = stream
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if position & 1 == 0 {
      let block = position &>> 1
      words = Philox.words(
        counter: Philox.Words(
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block &>> 32),
          UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream &>> 32)),
        key: key)
      position &+= 1
      return UInt64(words[1]) &<< 32 | UInt64(words[0])
    }
    position &+= 1
    return UInt64(words[3]) &<< 32 | UInt64(words[2])
  }

  /// A uniform number in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() &>> 11) * 0x1p-53
  }

  /// A uniform number in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// A standard normal number (Box-Muller: two normals for two uniforms).
  public mutating func gaussian() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// A whole number in 0..<bound, without bias.
  ///
  /// Lemire, ACM Trans. Model. Comput. Simul. 29:3 (2019), written out so that the numbers of a seed do not change with
  /// the standard library.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bound above 0")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let rest = (0 &- bound) % bound
      while product.low < rest { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// The numbers from 0 to `count` - 1 in random order (Fisher and Yates).
  public mutating func order(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in order.indices { order.swapAt(place, place + integer(below: count - place)) }
    return order
  }
}

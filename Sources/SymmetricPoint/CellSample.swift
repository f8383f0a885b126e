import ReproducibleNoise

/// Cells drawn at random, the same ones for the same seed.
public enum CellSample {
  /// As many of some cells as there are at most, in ascending order.
  ///
  /// - Parameters:
  ///   - stream: what the draw is for; those of one seed for different ends are independent.
  public static func draw(_ count: Int, of cells: [Int], seed: UInt64, stream: UInt64) -> [Int] {
    var random = RandomStream(seed: seed, stream: stream)
    var order = cells
    for place in 0..<min(count, order.count) {
      order.swapAt(place, place + Int(random.next() % UInt64(order.count - place)))
    }
    return order.prefix(count).sorted()
  }
}

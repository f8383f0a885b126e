import DeviceContract
import PhysicalUnits

/// A train over a whole array, of the kinds that calibration and training fire.
struct ArrayTrain {
  let name: String
  let size: Int
  let pattern: PulseTrain.Pattern
  let cause: Cause

  /// Every case, from those where firing takes longest against booking to the opposite.
  static var all: [ArrayTrain] {
    var random = SystemRandomNumberGenerator()
    return [100, 1000, 4000].map { alternating(64, pulses: $0) }
      + [100, 1000].map { alternating(512, pulses: $0) }
      + [counts(512, upTo: 1, &random), counts(512, upTo: 31, &random), outer(512, &random)]
  }

  func train(on simulator: Capabilities) -> PulseTrain {
    PulseTrain(
      region: simulator.whole(), pattern: pattern, shape: simulator.nominalShape, cause: cause)
  }

  private static func alternating(_ size: Int, pulses: Int) -> ArrayTrain {
    ArrayTrain(
      name: "\(size) x \(size), \(pulses) alternating pulses", size: size,
      pattern: .alternating(pairs: pulses / 2), cause: .calibrate)
  }

  private static func counts(
    _ size: Int, upTo most: Int16, _ random: inout SystemRandomNumberGenerator
  ) -> ArrayTrain {
    let counts = (0..<size * size).map { _ in Int16.random(in: -most...most, using: &random) }
    return ArrayTrain(
      name: "\(size) x \(size), count map up to \(most)", size: size, pattern: .counts(counts),
      cause: .program)
  }

  private static func outer(
    _ size: Int, _ random: inout SystemRandomNumberGenerator
  ) -> ArrayTrain {
    let slots = 31
    func lines() -> [BitLine] {
      (0..<size).map { _ in
        BitLine(stochastic: .random(in: -0.5...0.5, using: &random), slots: slots, using: &random)
      }
    }
    return ArrayTrain(
      name: "\(size) x \(size), outer product of \(slots) slots", size: size,
      pattern: .outerProduct(rowLines: lines(), columnLines: lines(), slots: slots), cause: .train)
  }
}

public import DeviceContract

/// Sums over trains.
public struct PulseSums: Sendable, Hashable {
  /// Trains with an outcome.
  public var trains = 0
  /// Pulses that were asked for.
  public var commanded = PulseTotals()
  /// Pulses that were surely fired.
  public var fired = PulseTotals()
  /// Pulses that may have been fired besides.
  public var uncertain = 0
  /// Half-select exposures that they caused; an upper bound where a train stopped early.
  public var exposures = 0
  /// Energy in femtojoules, as far as the device knew it.
  public var energy: UInt64 = 0
  /// Time on the device in nanoseconds.
  public var duration: UInt64 = 0

  /// Sums of nothing.
  public init() {}

  /// Adds in place.
  public static func += (left: inout PulseSums, right: PulseSums) {
    left.trains += right.trains
    left.commanded += right.commanded
    left.fired += right.fired
    left.uncertain += right.uncertain
    left.exposures += right.exposures
    left.energy &+= right.energy
    left.duration &+= right.duration
  }
}

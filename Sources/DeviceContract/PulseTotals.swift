/// A number of pulses of each polarity.
public struct PulseTotals: Sendable, Hashable, Codable {
  /// Up pulses.
  public var up: Int
  /// Down pulses.
  public var down: Int

  /// Makes the pair.
  public init(up: Int = 0, down: Int = 0) {
    self.up = up
    self.down = down
  }

  /// Both polarities.
  public var all: Int { up + down }

  /// The sum of each polarity.
  public static func + (left: PulseTotals, right: PulseTotals) -> PulseTotals {
    PulseTotals(up: left.up + right.up, down: left.down + right.down)
  }

  /// Adds in place.
  public static func += (left: inout PulseTotals, right: PulseTotals) { left = left + right }
}

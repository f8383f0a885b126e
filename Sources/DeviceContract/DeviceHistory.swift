public import PhysicalUnits

/// Where the history of a device stands.
public struct DeviceHistory: Sendable, Hashable, Codable {
  /// Changes when the device's memory was lost or replaced: numbers and counts then start anew.
  public var epoch: UInt64
  /// The number of the last train that the device has taken; 0 before the first.
  public var last: UInt64
  /// The lowest number whose outcome the device still keeps.
  public var oldestKept: UInt64
  /// All pulses since the device exists.
  public var pulses: PulseTotals
  /// The device's own clock.
  public var clock: Seconds

  /// Describes a history.
  public init(
    epoch: UInt64, last: UInt64, oldestKept: UInt64, pulses: PulseTotals, clock: Seconds
  ) {
    self.epoch = epoch
    self.last = last
    self.oldestKept = oldestKept
    self.pulses = pulses
    self.clock = clock
  }
}

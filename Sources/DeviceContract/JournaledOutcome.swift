public import PhysicalUnits

/// What a device remembers of a train.
public struct JournaledOutcome: Sendable, Hashable, Codable {
  /// The number under which it was fired.
  public var number: UInt64
  /// ``PulseTrain/digest`` of the train that the device was given.
  public var digest: UInt32
  /// Steps of the pattern that were surely fired; see ``PulseTrain/steps``.
  ///
  /// All of them where the train ran whole, 0 where it was refused.
  public var steps: Int
  /// Steps beyond these that may have been fired, because power failed in the middle.
  public var uncertainSteps: Int
  /// Pulses that were surely fired.
  public var fired: PulseTotals
  /// Pulses that may have been fired besides.
  public var uncertain: Int
  /// The device's clock when the train ended.
  public var clock: Seconds

  /// Describes an outcome.
  public init(
    number: UInt64, digest: UInt32, steps: Int, uncertainSteps: Int = 0, fired: PulseTotals,
    uncertain: Int = 0, clock: Seconds
  ) {
    self.number = number
    self.digest = digest
    self.steps = steps
    self.uncertainSteps = uncertainSteps
    self.fired = fired
    self.uncertain = uncertain
    self.clock = clock
  }
}

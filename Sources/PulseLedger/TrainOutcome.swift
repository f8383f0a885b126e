public import DeviceContract
public import Foundation

/// What became of an intent.
public struct TrainOutcome: Sendable, Hashable {
  /// The ways in which a train can end.
  public enum Status: String, Sendable, Hashable, Codable {
    /// It ran whole.
    case fired
    /// It stopped early, and the counts are exact.
    case partial
    /// Nothing was fired.
    case refused
    /// The counts are bounds.
    case uncertain
  }

  /// How it ended.
  public var status: Status
  /// Pulses that were surely fired.
  public var fired: PulseTotals
  /// Pulses that may have been fired besides.
  public var uncertain: Int
  /// When that was known.
  public var time: Date
  /// What the device said, where something went wrong.
  public var explanation: String?

  /// Describes an outcome.
  public init(
    status: Status, fired: PulseTotals, uncertain: Int = 0, time: Date, explanation: String? = nil
  ) {
    self.status = status
    self.fired = fired
    self.uncertain = uncertain
    self.time = time
    self.explanation = explanation
  }
}

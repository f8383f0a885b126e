public import DeviceContract
public import Foundation
public import PhysicalUnits

/// What became of an intent.
public struct TrainOutcome: Sendable, Hashable {
  /// The ways in which a train can end.
  public enum Status: String, Sendable, Hashable, CaseIterable, Codable {
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
  /// For a train that did not run whole: the pulses that were surely fired of every cell of its region.
  public var cells: CellCounts?
  /// When that was known.
  public var time: Date
  /// The device's own clock when the train ended, or nil where it has none.
  public var clock: Seconds?
  /// The device's count of all its pulses after the train, or nil where it keeps none.
  public var odometer: PulseTotals?
  /// Time that the train took on the device.
  public var duration: Seconds
  /// Energy dissipated in the cells, or nil where the device cannot know it.
  public var energy: Joules?
  /// What the reads of the train's schedule found.
  public var readings: [Reading]
  /// What the device said, where something went wrong.
  public var explanation: String?

  /// Describes an outcome.
  public init(
    status: Status, fired: PulseTotals, uncertain: Int = 0, cells: CellCounts? = nil, time: Date,
    clock: Seconds? = nil, odometer: PulseTotals? = nil, duration: Seconds = .zero,
    energy: Joules? = nil, readings: [Reading] = [], explanation: String? = nil
  ) {
    self.status = status
    self.fired = fired
    self.uncertain = uncertain
    self.cells = cells
    self.time = time
    self.clock = clock
    self.odometer = odometer
    self.duration = duration
    self.energy = energy
    self.readings = readings
    self.explanation = explanation
  }
}

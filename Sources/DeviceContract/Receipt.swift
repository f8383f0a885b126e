public import PhysicalUnits

/// What a device did, in the device's own count.
public struct Receipt: Sendable, Hashable, Codable {
  /// Pulses fired over all cells.
  public var fired: PulseTotals
  /// Pulses that may or may not have been fired because power failed in the middle; 0 otherwise.
  public var uncertain: Int
  /// For a train that stopped early: pulses of every cell of the region.
  ///
  /// Nil where the train ran whole.
  public var cells: CellCounts?
  /// The shape after quantisation: what was fired, not what was asked for.
  public var shape: PulseShape
  /// What the reads of the train's schedule found, in order.
  public var readings: [Reading]
  /// The time that the train took on the device, reads included.
  public var duration: Seconds
  /// The energy dissipated in the cells, or nil where the device cannot know it.
  public var energy: Joules?

  /// The device's own clock when the train ended, or nil where it has none.
  public var clock: Seconds?
  /// All pulses since the device exists, on all tiles, after the train; nil where the device keeps no
  /// such count.
  public var odometer: PulseTotals?

  /// Describes what was done.
  public init(
    fired: PulseTotals, uncertain: Int = 0, cells: CellCounts? = nil, shape: PulseShape,
    readings: [Reading] = [], duration: Seconds = .zero, energy: Joules? = nil,
    clock: Seconds? = nil, odometer: PulseTotals? = nil
  ) {
    self.fired = fired
    self.uncertain = uncertain
    self.cells = cells
    self.shape = shape
    self.readings = readings
    self.duration = duration
    self.energy = energy
    self.clock = clock
    self.odometer = odometer
  }
}

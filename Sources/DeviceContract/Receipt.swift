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

  /// Describes what was done.
  public init(
    fired: PulseTotals, uncertain: Int = 0, cells: CellCounts? = nil, shape: PulseShape,
    readings: [Reading] = [], duration: Seconds = .zero, energy: Joules? = nil
  ) {
    self.fired = fired
    self.uncertain = uncertain
    self.cells = cells
    self.shape = shape
    self.readings = readings
    self.duration = duration
    self.energy = energy
  }
}

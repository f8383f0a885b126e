public import DeviceContract
public import PhysicalUnits

/// What one authority allows: a board, a user, a flag of the command line.
///
/// Each entry is optional; one that is nil says nothing. ``LimitSet`` puts several together.
public struct Limits: Sendable, Hashable, Codable {
  // What runs out.

  /// Pulses of both polarities that any one cell may receive in the campaign.
  public var perCell: Int?
  /// Pulses that the cells of any one array (tile) may receive together in the campaign.
  public var perArray: Int?
  /// Pulses that all cells may receive together in the campaign.
  public var perCampaign: Int?
  /// Pulses that may be fired for a cause in the campaign, over all cells.
  public var perCause: [Cause: Int] = [:]
  /// The part of ``endurance``, above 0 and up to 1, that any one cell may have spent in its whole life.
  public var lifeShare: Double?
  /// Pulses that a cell is stated to survive; no limit by itself.
  public var endurance: Double?
  /// Energy dissipated in the cells in the campaign.
  public var energy: Joules?
  /// Time on the device in the campaign, pulses and reads, without the link.
  public var time: Seconds?
  /// Half-select exposures that any one cell may have felt in its whole life.
  public var exposuresPerCell: Int?

  // What every pulse is held to.

  /// Magnitude of a pulse.
  public var amplitude: Volts?
  /// Width of a pulse.
  public var width: PulseWidth?
  /// Magnitude times width of a pulse.
  public var voltageTime: VoltSeconds?
  /// Current limit that a train must ask for, and that it may not exceed.
  public var compliance: Amperes?
  /// Pulses a second of one cell: one over the period.
  public var rate: Hertz?
  /// Cells that may not be pulsed.
  public var protected: [CellRegion] = []
  /// Whether cells may be formed; nil has no say.
  public var forming: Bool?

  /// Says nothing yet.
  public init() {}
}

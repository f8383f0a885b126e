public import PhysicalUnits

/// What every pulse is held to, whoever asks for it; nil limits nothing.
public struct PulseEnvelope: Sendable, Hashable {
  /// Highest magnitude.
  public var amplitude: Volts?
  /// Longest width.
  public var width: PulseWidth?
  /// Largest magnitude times width.
  public var voltageTime: VoltSeconds?
  /// Shortest period.
  public var period: PulseWidth?
  /// Highest current limit; a pulse without one is beyond it.
  public var compliance: Amperes?

  /// Limits nothing yet.
  public init() {}
}

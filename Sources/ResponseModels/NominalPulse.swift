public import PhysicalUnits

/// The pulse that a response was measured with; the response holds for this pulse and no other.
public struct NominalPulse: Sendable, Hashable {
  /// Magnitude at the cell.
  public var amplitude: Volts
  /// Width at half maximum.
  public var width: PulseWidth
  /// From the start of one pulse to the start of the next.
  public var period: PulseWidth

  /// Describes a pulse; the default is typical for filamentary ReRAM.
  public init(
    amplitude: Volts = Volts(1.2), width: PulseWidth = .nanoseconds(100),
    period: PulseWidth = .microseconds(1)
  ) {
    self.amplitude = amplitude
    self.width = width
    self.period = period
  }
}

public import PhysicalUnits

/// What one pulse looks like at the selected cell.
public struct PulseShape: Sendable, Hashable, Codable {
  /// Magnitude at the cell; the sign follows from the polarity.
  public var amplitude: Volts
  /// Width at half maximum.
  public var width: PulseWidth
  /// From 10 % to 90 % of the amplitude.
  public var rise: PulseWidth
  /// From 90 % to 10 % of the amplitude.
  public var fall: PulseWidth
  /// From the start of one pulse to the start of the next, independent of the width.
  public var period: PulseWidth
  /// Current limit, or nil where the caller accepts that nothing limits it.
  public var compliance: Amperes?

  /// Describes a pulse.
  public init(
    amplitude: Volts, width: PulseWidth, rise: PulseWidth = .nanoseconds(10),
    fall: PulseWidth = .nanoseconds(10), period: PulseWidth, compliance: Amperes? = nil
  ) {
    self.amplitude = amplitude
    self.width = width
    self.rise = rise
    self.fall = fall
    self.period = period
    self.compliance = compliance
  }
}

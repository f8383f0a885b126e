/// How far symmetric points wander, as somebody states it: one standard deviation after a while.
public struct StatedDrift: Sendable, Hashable {
  /// A standard deviation, and the time or the number of events after which it is reached.
  public struct Rate: Sendable, Hashable {
    /// One standard deviation over the cells.
    public var size: Tolerance
    /// Seconds, half-select exposures or pulses.
    public var span: Double

    /// States a rate.
    public init(size: Tolerance, span: Double) { (self.size, self.span) = (size, span) }

    /// The variance that one second, exposure or pulse adds.
    ///
    /// - Parameter range: the length of the window.
    public func variance(range: Double) -> Double {
      let size = size.weight(range: range)
      return size * size / span
    }
  }

  /// With time, by half-select exposures, and by pulses; nil for not at all.
  public var time: Rate?, exposures: Rate?, pulses: Rate?

  /// States nothing.
  public init() {}
}

/// What is known about the symmetric point of one cell.
public struct SymmetricPointEstimate: Sendable, Hashable {
  /// How the search ended.
  public enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// The value is as sure as was asked for; of zero-shifting, what is left of the start is less than the noise of
    /// the state.
    case converged
    /// The pulses ended before the value was sure enough.
    case budget
    /// The pulses of the cell say less of it than the other cells do: the value is that of the array.
    case priorOnly
    /// The cell answers no pulse.
    case stuck
    /// The symmetric point lies where the cell cannot go: the value is the side, and no number.
    case outside
    /// The cell does not respond as the method takes it to; its interval cannot be trusted.
    case model
    /// The symmetric point is so near to a bound that the bound pushes the state away from it.
    case edge
  }

  /// The estimate, as a weight; of zero-shifting by its last iterate, the state in which the last pulse left the cell.
  public var value: Float
  /// Half the width of the interval that holds the symmetric point with the stated confidence; it is
  /// centred on ``value``.
  public var halfWidth: Float
  /// Pulses of both polarities that were spent on the cell.
  public var pulses: Int
  /// How the search ended.
  public var verdict: Verdict

  /// Describes an estimate.
  public init(value: Float, halfWidth: Float, pulses: Int, verdict: Verdict) {
    self.value = value
    self.halfWidth = halfWidth
    self.pulses = pulses
    self.verdict = verdict
  }

  /// The interval around the estimate.
  public var interval: ClosedRange<Float> { (value - halfWidth)...(value + halfWidth) }
}

/// What is known about the symmetric point of one cell.
public struct SymmetricPointEstimate: Sendable, Hashable {
  /// How the search ended.
  public enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// What is left of the start is less than the noise of the state.
    case converged
    /// The state still drifts by more than its noise, or too little is known to say.
    case didNotConverge
    /// The cell answers no pulse.
    case stuck
  }

  /// The estimate, as a weight: the state in which the last pulse left the cell.
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

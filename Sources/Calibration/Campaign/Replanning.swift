/// A plan that was made anew when the first pulses had said what the array is like.
public struct Replanning: Sendable, Hashable, Codable {
  /// What follows.
  public enum Verdict: String, Sendable, Hashable, Codable {
    /// It costs about what was said.
    case asPlanned
    /// It costs less.
    case cheaper
    /// It costs more, and the limits allow it.
    case dearer
    /// The limits do not let the tolerance be reached: the campaign stops.
    case outOfReach
  }

  /// What follows.
  public var verdict: Verdict
  /// Pulses of a cell in the mean, as they were planned, and as they are expected now, those spent included.
  public var planned: Int, expected: Int
  /// Pulses spent by then, over all cells.
  public var spent: Int
  /// The noise of a pulse by that which was expected of it.
  public var noiseFactor: Double
  /// What the limits allow to be reached, as a weight; nil where they allow what was asked.
  public var reachable: Double?
  /// Whether nobody has said how many pulses may be spent, so that the plan's own caps are what does not allow it.
  public var isUnbudgeted: Bool
}

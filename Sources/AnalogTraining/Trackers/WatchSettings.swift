/// How a ``TrackerWatch`` decides that points have moved, and what it does then.
public struct WatchSettings: Sendable, Hashable, Codable {
  /// What happens at an alarm by itself.
  public enum Response: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is told.
    case report
    /// What is used stays as it was accepted last, until ``TrackerWatch/resume()`` or ``TrackerWatch/accept()``.
    case freeze
    /// The tracker begins anew from the reference that was accepted last.
    case fallBack = "fall-back"
  }

  /// The chance of an alarm at a check where nothing has moved, over all cells; it holds for spreads from some 30
  /// independent reads and more.
  public var falseAlarms = 0.01
  /// What a cell may move by without anyone minding, in weights.
  public var allowed: Float = 0
  /// Degrees of freedom of the moves by their spreads (``DriftAlarm``); nil for a normal.
  public var freedom: Double?
  /// A filter over the same reads that is compared instead of the tracker, whose short averages follow gradients, and whose
  /// spreads do not say so; nil for the tracker itself.
  public var witness: KalmanTracker.Settings?
  /// Checks before what the tracker says is accepted for the first time, or again after a hold.
  public var warmUp = 0
  /// Checks after which a frozen tracker goes on by itself, and accepts what it finds then; nil for never.
  public var hold: Int?
  /// What happens at an alarm by itself.
  public var response = Response.report
  /// One false alarm in a hundred checks.
  public init() {}
}

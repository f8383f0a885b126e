/// Lets one caller at a time through, in the order in which they came; lives inside an actor.
///
/// An actor alone is no such gate: it lets others in while the one inside waits.
public struct Turns {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Nobody has the turn.
  public init() {}

  /// Takes the turn if nobody has it.
  public mutating func takeIfFree() -> Bool {
    guard !isTaken else { return false }
    isTaken = true
    return true
  }

  /// Queues up behind all others; the continuation is resumed with the turn taken.
  public mutating func queue(_ continuation: CheckedContinuation<Void, Never>) {
    waiting.append(continuation)
  }

  /// Hands the turn on.
  public mutating func give() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}

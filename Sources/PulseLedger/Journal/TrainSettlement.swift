/// An intent by its number, and what became of it.
public struct TrainSettlement: Sendable, Hashable {
  /// The number that ``PulseJournal/record(_:)`` gave the intent.
  public var number: UInt64
  /// What became of it.
  public var outcome: TrainOutcome

  /// Pairs the two.
  public init(number: UInt64, outcome: TrainOutcome) {
    self.number = number
    self.outcome = outcome
  }
}

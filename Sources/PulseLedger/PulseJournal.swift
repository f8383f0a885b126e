/// Where every train is written down: its intent before the first pulse, its outcome after the last.
///
/// # Contract
/// - `record` returns only when the intent would survive whatever the journal is made to survive; a
///   train whose intent could not be written is not fired.
/// - Calls come one at a time, in the order in which the trains are fired.
public protocol PulseJournal: Sendable {
  /// Writes down what is about to be fired.
  ///
  /// - Returns: a number that no other intent of this journal has.
  func record(_ intent: TrainIntent) async throws -> Int

  /// Writes down what became of an intent.
  func settle(_ id: Int, _ outcome: TrainOutcome) async throws
}

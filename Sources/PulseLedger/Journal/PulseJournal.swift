public import DeviceContract

/// Where every train is written down: its intent before the first pulse, its outcome after the last.
///
/// # Contract
/// - `record` returns only when the intents would survive whatever the journal is made to survive; a
///   train whose intent could not be written is not fired.
/// - `settle` returns only when the outcomes would survive as well.
/// - Calls come one at a time, in the order in which the trains are fired.
public protocol PulseJournal: Sendable {
  /// Writes down what is about to be fired: all of the trains, or none.
  ///
  /// - Returns: the number of the first; the others follow it one by one. No two intents for a device
  ///   have the same number, and a device that keeps a journal is given trains under these numbers.
  func record(_ intents: [TrainIntent]) async throws -> UInt64

  /// Writes down what became of intents.
  func settle(_ settlements: [TrainSettlement]) async throws

  /// Writes down a train that was refused before it became an intent.
  func refuse(_ refusal: TrainRefusal) async throws

  /// Writes down what reads outside of trains found, all or none, so that an interrupted run can go on without them
  /// being made again.
  func observe(_ readings: [Reading]) async throws

  /// Writes down that a read is made which may have been made before, and why what it found then is not there.
  func readAgain(_ request: ReadRequest, because explanation: String) async throws
}

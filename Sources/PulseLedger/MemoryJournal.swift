public import DeviceContract
public import Foundation

/// A journal for as long as the process lives. Count maps and bit lines are kept as their totals.
public actor MemoryJournal: PulseJournal {
  /// One train, from intent to outcome.
  public struct Record: Sendable, Hashable {
    /// The number of the intent.
    public let id: Int
    /// Why it was fired.
    public let cause: Cause
    /// What kind of train it was.
    public let kind: PulseTrain.Kind
    /// The cells.
    public let region: CellRegion
    /// Amplitude and width that were asked for.
    public let shape: PulseShape
    /// Pulses that were asked for.
    public let commanded: PulseTotals
    /// When it was asked for.
    public let time: Date
    /// What became of it; nil while that is open.
    public internal(set) var outcome: TrainOutcome?
  }

  /// All records, in the order of their intents.
  public private(set) var records: [Record] = []

  /// Starts empty.
  public init() {}

  /// Writes down what is about to be fired.
  public func record(_ intent: TrainIntent) -> Int {
    let train = intent.train
    records.append(
      Record(
        id: records.count, cause: train.cause, kind: train.kind, region: train.region,
        shape: train.shape, commanded: train.totals, time: intent.time))
    return records.count - 1
  }

  /// Writes down what became of an intent.
  public func settle(_ id: Int, _ outcome: TrainOutcome) { records[id].outcome = outcome }
}

public import DeviceContract
public import Foundation

/// A journal for as long as the process lives. Count maps and bit lines are kept as their totals.
///
/// It grows with every train; ``ForgettingJournal`` does not.
public actor MemoryJournal: PulseJournal {
  /// One train, from intent to outcome.
  public struct Record: Sendable, Hashable {
    /// The number of the intent.
    public let number: UInt64
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
  /// All refusals.
  public private(set) var refusals: [TrainRefusal] = []
  private let first: UInt64

  /// Starts empty; the first intent gets the number given.
  public init(first: UInt64 = 1) { self.first = first }

  /// Writes down what is about to be fired.
  public func record(_ intents: [TrainIntent]) -> UInt64 {
    let number = first + UInt64(records.count)
    for (place, intent) in intents.enumerated() {
      let train = intent.train
      records.append(
        Record(
          number: number + UInt64(place), cause: train.cause, kind: train.kind,
          region: train.region, shape: train.shape, commanded: train.totals, time: intent.time))
    }
    return number
  }

  /// Writes down what became of intents.
  public func settle(_ settlements: [TrainSettlement]) {
    for settlement in settlements {
      records[Int(settlement.number - first)].outcome = settlement.outcome
    }
  }

  /// Writes down a refusal.
  public func refuse(_ refusal: TrainRefusal) { refusals.append(refusal) }

  /// Readings are not kept.
  public func observe(_ readings: [Reading]) {}

  /// Nor are reads that were made again.
  public func readAgain(_ request: ReadRequest, because explanation: String) {}
}

public import DeviceContract

/// A journal that keeps nothing but the number of the last train: for simulations that nobody audits.
///
/// A study fires hundreds of thousands of trains, and a ``MemoryJournal`` would hold them all. Never for a device that
/// outlives the process: after a break nothing tells what was fired.
public actor ForgettingJournal: PulseJournal {
  private var next: UInt64

  /// The first intent gets the number given.
  public init(first: UInt64 = 1) { next = first }

  /// Gives out numbers.
  public func record(_ intents: [TrainIntent]) -> UInt64 {
    defer { next += UInt64(intents.count) }
    return next
  }

  /// Forgets what became of intents.
  public func settle(_ settlements: [TrainSettlement]) {}

  /// Forgets a refusal.
  public func refuse(_ refusal: TrainRefusal) {}

  /// Forgets what reads found.
  public func observe(_ readings: [Reading]) {}

  /// Forgets that a read was made again.
  public func readAgain(_ request: ReadRequest, because explanation: String) {}
}

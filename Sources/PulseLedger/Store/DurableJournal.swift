public import DeviceContract
import Foundation

/// The journal of a run on disk: the chip's ledger, where the chip outlives the run, and the run's own.
///
/// Intents go into the chip's ledger first, because it decides on numbers. Outcomes go into the run's
/// ledger first, because it alone holds what reads found. Where a kill falls between the two, the next
/// connection makes them equal again.
public actor DurableJournal: PulseJournal {
  private let chip: LedgerStore?
  private let run: LedgerStore?
  /// Why nothing more is written: one ledger may hold what the other does not, and only a new connection
  /// makes them equal.
  private var failure: (any Error)?

  /// A journal over a chip's ledger, a run's, or both.
  ///
  /// - Precondition: there is at least one.
  init(chip: LedgerStore?, run: LedgerStore?) {
    precondition(chip != nil || run != nil, "a journal writes somewhere")
    self.chip = chip
    self.run = run
  }

  /// Writes down what is about to be fired.
  public func record(_ intents: [TrainIntent]) async throws -> UInt64 {
    var number: UInt64?
    if let failure { throw failure }
    let prepared = intents.map { PreparedTrain($0) }
    do {
      for store in [chip, run].compactMap({ $0 }) {
        number = try await store.record(intents, first: number, prepared: prepared)
      }
    } catch {
      failure = error
      throw error
    }
    return number ?? 0
  }

  /// Writes down what became of intents.
  public func settle(_ settlements: [TrainSettlement]) async throws {
    if let failure { throw failure }
    do {
      for store in [run, chip].compactMap({ $0 }) { try await store.settle(settlements) }
    } catch {
      failure = error
      throw error
    }
  }

  /// Writes down a refusal.
  public func refuse(_ refusal: TrainRefusal) async throws {
    for store in [run, chip].compactMap({ $0 }) { try await store.refuse(refusal) }
  }

  /// Writes down what reads found; the chip's ledger holds pulses, and no readings.
  public func observe(_ readings: [Reading]) async throws {
    try await run?.observe(readings, time: Date())
  }

  /// Writes down that a read is made again, beside what it finds.
  public func readAgain(_ request: ReadRequest, because explanation: String) async throws {
    try await run?.readAgain(request, because: explanation, time: Date())
  }
}

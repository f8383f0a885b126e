import DeviceContract
import Foundation
public import PhysicalUnits

/// What an interrupted run has already done, given again to the algorithm when it is started anew.
///
/// An algorithm that asks for the same trains and reads in the same order is answered from the ledger until
/// the ledger ends, and by the device from there on. Nothing that was fired is fired again.
public struct RunReplay {
  /// A train or a read of the interrupted run.
  enum Item {
    case train(PulseTrain, done: Int, outcome: LedgerEntry.Outcome, record: Int)
    case reading(LedgerEntry.ObservedReading, record: Int)

    /// The record of its outcome.
    var record: Int {
      switch self {
      case .train(_, _, _, let record), .reading(_, let record): record
      }
    }
  }

  /// What was taken from the ledger instead of from the device.
  public struct Summary: Sendable, Hashable {
    /// Trains that were fired whole before.
    public var trains = 0
    /// Reads that were done before.
    public var reads = 0
    /// Pulses that are not fired again.
    public var pulses = 0
    /// Trains that were interrupted, of which only the rest is fired.
    public var continued = 0
    /// Reads inside of trains whose results were lost with the process.
    public var lostReads = 0
    /// How far the device's clock had gone on beyond what the ledger knows; nil for not at all, or not known.
    public var elapsed: Seconds?

    /// Whether nothing was taken from the ledger.
    public var isEmpty: Bool { self == Summary() }

    /// Nothing yet.
    public init() {}
  }

  private let reader: LedgerReader
  private var items: ArraySlice<Item>
  /// Where the run broke off.
  let end: RunBreak
  /// What has been taken so far.
  private(set) var summary = Summary()

  /// Whether everything has been given.
  var isAtEnd: Bool { items.isEmpty }

  /// What comes next, if it was written down up to a record.
  func next(through record: Int) -> Item? {
    items.first.flatMap { $0.record <= record ? $0 : nil }
  }

  /// Reads what the run in a ledger has done.
  ///
  /// - Throws: ``LedgerError`` if the ledger cannot be read.
  public init(of ledger: String) throws {
    reader = try LedgerReader(ledger)
    var found: [Item] = []
    var open: [UInt64: PulseTrain] = [:]
    var skipsReadings = false
    var end = RunBreak()
    try reader.forEach { record, entry in
      end.visit(record, entry.content, isFarewell: skipsReadings)
      switch entry.content {
      case .campaign: skipsReadings = false
      case .intent(let intent):
        open[intent.number] = intent.train
        skipsReadings = false
      case .outcome(let outcome):
        guard let train = open.removeValue(forKey: outcome.number) else { break }
        let done = Self.steps(of: train, in: outcome)
        // The reads after a train that was stopped are those of the farewell, not of the algorithm.
        skipsReadings = done < train.steps
        if outcome.status != .refused {
          found.append(.train(train, done: done, outcome: outcome, record: record))
        }
      case .reading(let reading) where !skipsReadings:
        found.append(.reading(reading, record: record))
      default: break
      }
      return true
    }
    try end.compareClocks { [reader] in try reader.readings(of: $0).first?.duration ?? .zero }
    items = found[...]
    self.end = end
    summary.elapsed = end.elapsed.flatMap { $0.value > RunBreak.rounding ? $0 : nil }
  }

  /// Steps of a train that may have been fired: uncertain ones are not fired a second time, and those that surely
  /// were not are still to come.
  private static func steps(of train: PulseTrain, in outcome: LedgerEntry.Outcome) -> Int {
    if outcome.status == .fired { return train.steps }
    let fired = outcome.fired.all + outcome.uncertain
    var (low, high) = (0, train.steps)
    // The most steps that come with no more pulses than were fired.
    while low < high {
      let middle = (low + high + 1) / 2
      if pulses(of: train, steps: middle) <= fired { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private static func pulses(of train: PulseTrain, steps: Int) -> Int {
    switch train.pattern {
    case .uniform, .alternating: steps * train.region.count
    case .counts, .outerProduct: train.first(steps: steps).totals.all
    }
  }

  /// What the interrupted run did of a train.
  struct Answer {
    /// The steps that are done, as a receipt.
    var receipt: Receipt
    /// What is still to be fired.
    var rest: [PulseTrain]
  }

  /// Takes what was done of a train; nil where the interrupted run had not come to it.
  ///
  /// - Throws: ``DeviceError/Code/refused`` where the interrupted run did something else at this point.
  mutating func take(_ train: PulseTrain) throws(DeviceError) -> Answer? {
    guard let item = items.first else { return nil }
    guard case .train(let done, let steps, let outcome, let record) = item,
      done.digest == train.digest
    else {
      throw .refused(
        "the interrupted run did something else where this one fires a train on \(train.region): its "
          + "settings are not those of this command; nothing was fired")
    }
    items.removeFirst()
    let readings = try readings(record)
    summary.pulses += outcome.fired.all + outcome.uncertain
    let isWhole = steps == train.steps
    if isWhole { summary.trains += 1 } else { summary.continued += 1 }
    if let schedule = train.reads {
      let due = isWhole ? schedule.reads(in: steps) : 0
      summary.lostReads += max(0, due - readings.count)
    }
    return Answer(
      receipt: Receipt(
        fired: outcome.fired, uncertain: outcome.uncertain,
        cells: isWhole && outcome.uncertain == 0 ? nil : outcome.cells, shape: train.shape,
        readings: readings, duration: Seconds(Double(outcome.duration) * 1e-9),
        energy: outcome.energy.map { Joules(Double($0) * 1e-15) },
        clock: outcome.clock.map { Seconds(Double($0) * 1e-9) }, odometer: outcome.odometer),
      rest: train.rest(after: steps))
  }

  /// Takes a read; nil where the interrupted run had not come to it.
  ///
  /// - Throws: ``DeviceError/Code/refused`` where the interrupted run did something else at this point.
  mutating func take(_ request: ReadRequest) throws(DeviceError) -> Reading? {
    guard let item = items.first else { return nil }
    guard case .reading(let reading, let record) = item else {
      // Every train is compared with the one that was fired, so the run is the same: what it read here
      // was not kept when the process or the power failed, and the state that it read is gone.
      summary.lostReads += 1
      throw DeviceError(
        code: .readingLost,
        explanation:
          "what the interrupted run read of \(request.region) was lost with it, and the state that it "
          + "read is gone, so that it cannot be gone on with; nothing was fired. Begin a new run")
    }
    guard reading.region == request.region, reading.averages == request.averages else {
      throw .refused(
        "the interrupted run did something else where this one reads \(request.region): its settings "
          + "are not those of this command; nothing was fired")
    }
    items.removeFirst()
    summary.reads += 1
    guard let found = try readings(record).first else {
      throw DeviceError(
        code: .notRecorded,
        explanation:
          "what record \(record) of the interrupted run found is missing; nothing was fired")
    }
    return found
  }

  private func readings(_ record: Int) throws(DeviceError) -> [Reading] {
    do {
      return try reader.readings(of: record)
    } catch {
      throw DeviceError(
        code: .notRecorded,
        explanation: "the interrupted run cannot be read: \(error); nothing was fired")
    }
  }
}

public import DeviceContract
public import Foundation
public import PulseLedger

/// The trains, receipts and readings of a ledger in their order, for who only looks on.
///
/// It may be read while another process writes it: ``advance(_:)`` goes on where it stopped.
public struct PulseRecord {
  /// What the ledger says of where it comes from.
  public struct Source: Sendable {
    /// The run, or the chip.
    public var genesis: LedgerEntry.Genesis?
    /// The last run that fired something.
    public var campaign: LedgerEntry.Campaign?
    /// The last device that was connected.
    public var device: DeviceIdentity?
    /// When the last record was written.
    public var time: Date?
    /// Whether the last connection has ended.
    public var hasEnded = false
  }

  /// What has been read so far.
  public private(set) var source = Source()
  /// Pulses, trains and reads of cells that were seen so far.
  public private(set) var pulses = 0, trains = 0, reads = 0
  private let reader: LedgerReader
  private var open: [UInt64: PulseTrain] = [:]
  private var last = 0

  /// Opens a ledger for reading.
  ///
  /// - Throws: ``/PulseLedger/LedgerError``.
  public init(_ path: String) throws { reader = try LedgerReader(path) }

  /// Records that are decoded at a time.
  private static let chunk = 10_000

  /// Shows an array what has been written since.
  ///
  /// - Parameters:
  ///   - array: of one tile; nil to learn of the ``source`` alone.
  ///   - most: records to read at most.
  ///   - each: is told after each record.
  /// - Returns: whether there was anything.
  @discardableResult
  public mutating func advance(
    _ array: inout PassiveArray?, most: Int = .max,
    each: (inout PassiveArray?, PulseRecord) throws -> Void = { _, _ in }
  ) throws -> Bool {
    let first = last
    while last - first < most {
      var chunk: [(record: Int, entry: LedgerEntry)] = []
      let size = min(Self.chunk, most - (last - first))
      try reader.forEach(from: last + 1) { record, entry in
        chunk.append((record, entry))
        return chunk.count < size
      }
      guard !chunk.isEmpty else { break }
      for (record, entry) in chunk {
        try take(record, entry, &array)
        last = record
        try each(&array, self)
      }
    }
    return last > first
  }

  private mutating func take(
    _ record: Int, _ entry: LedgerEntry, _ array: inout PassiveArray?
  ) throws {
    source.time = entry.time.date
    switch entry.content {
    case .genesis(let genesis): source.genesis = genesis
    case .campaign(let campaign): source.campaign = campaign
    case .connection(let connection):
      (source.device, source.hasEnded) = (connection.device, false)
    case .disconnection: source.hasEnded = true
    case .intent(let intent): open[intent.number] = intent.train
    case .outcome(let outcome):
      guard let train = open.removeValue(forKey: outcome.number) else { break }
      (trains, pulses) = (trains + 1, pulses + outcome.fired.all)
      guard array?.tile == train.region.tile else { break }
      let readings = outcome.readings.isEmpty ? [] : try reader.readings(of: record)
      array?.take(train, outcome, readings)
    case .reading(let reading):
      reads += reading.region.count
      guard array?.tile == reading.region.tile else { break }
      for found in try reader.readings(of: record) { array?.take(found) }
    // What was not fired by a train of this ledger, nobody knows the order of.
    case .adoption: array?.loseAll()
    case .reconciliation(let result) where result.beyond.contains(where: { $0.totals.all > 0 }):
      array?.loseAll()
    default: break
    }
  }
}

extension PassiveArray {
  /// Takes a train as it was fired, with the reads in between.
  mutating func take(_ train: PulseTrain, _ outcome: LedgerEntry.Outcome, _ readings: [Reading]) {
    guard outcome.status != .refused else { return }
    guard outcome.status == .fired, outcome.uncertain == 0 else {
      if outcome.uncertain == 0, let cells = outcome.cells, readings.isEmpty {
        take(TrainActs.part(cells), train.region)
      } else {
        lose(train.region)
        if let last = readings.last { take(last) }
        // Pulses may have come after the last read.
        lose(train.region)
      }
      return
    }
    var step = 0
    for reading in readings {
      take(TrainActs(train, from: step, to: reading.afterSteps), train.region)
      take(reading)
      step = reading.afterSteps
    }
    if step < train.steps { take(TrainActs(train, from: step, to: train.steps), train.region) }
  }
}

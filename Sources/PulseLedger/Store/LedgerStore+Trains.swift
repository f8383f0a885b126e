import ByteCoding
import DeviceContract
import Foundation
import PhysicalUnits

// What a journal asks of a store.
extension LedgerStore {
  /// How far the host's clock may step back without being wrong: what a time server corrects at once.
  static let clockTolerance: Int64 = 2_000_000

  /// The number that the next train will get.
  var nextNumber: UInt64 { (state.board.flatMap { state.boards[$0]?.lastNumber } ?? 0) + 1 }

  /// Writes down what is about to be fired.
  ///
  /// - Parameters:
  ///   - number: the number of the first train; nil for the next one of the device.
  ///   - prepared: the trains, one an intent, where that is done already; else empty.
  /// - Returns: that number.
  func record(
    _ intents: [TrainIntent], first number: UInt64? = nil, prepared: [PreparedTrain] = []
  ) throws -> UInt64 {
    let first = number ?? nextNumber
    var entries: [LedgerEntry] = []
    entries.reserveCapacity(intents.count + 1)
    var trains: [PreparedTrain?] = []
    trains.reserveCapacity(intents.count + 1)
    var places: [PulseShape: Int] = [:]
    for (offset, intent) in intents.enumerated() {
      let time = try entryTime(intent.time)
      let shape = intent.train.shape
      let place: Int
      if let known = state.shapePlaces[shape] ?? places[shape] {
        place = known
      } else {
        place = state.shapes.count + places.count
        places[shape] = place
        entries.append(LedgerEntry(time: time, content: .shape(shape)))
        trains.append(nil)
      }
      entries.append(
        LedgerEntry(
          time: time,
          content: .intent(
            LedgerEntry.Intent(
              number: first + UInt64(offset), train: intent.train, shape: place,
              odometer: intent.odometer))))
      trains.append(prepared.isEmpty ? nil : prepared[offset])
    }
    try append(entries, trains: trains)
    return first
  }

  /// Writes down what became of intents; readings go into the file of a run alone.
  func settle(
    _ settlements: [TrainSettlement], source: LedgerEntry.Outcome.Source = .receipt
  ) throws {
    var entries: [LedgerEntry] = []
    entries.reserveCapacity(settlements.count)
    var observations: [Int: [UInt8]] = [:]
    for settlement in settlements {
      let outcome = settlement.outcome
      let readings = ReadingBytes.encode(outcome.readings)
      if !readings.isEmpty && state.genesis?.level == .run {
        observations[entries.count] = readings
      }
      entries.append(
        LedgerEntry(
          time: max(LedgerTime(outcome.time), state.lastTime),
          content: .outcome(
            LedgerEntry.Outcome(
              number: settlement.number, source: source, status: outcome.status,
              fired: outcome.fired, uncertain: outcome.uncertain, cells: outcome.cells,
              clock: outcome.clock.map { Self.integer($0.value * 1e9) },
              duration: Self.integer(outcome.duration.value * 1e9),
              energy: outcome.energy.map { Self.integer($0.value * 1e15) },
              odometer: outcome.odometer,
              readings: readings.isEmpty ? [] : EntryChain.digest(readings),
              explanation: outcome.explanation ?? ""))))
    }
    try append(entries, observations: observations)
  }

  /// Writes down a train that was refused.
  func refuse(_ refusal: TrainRefusal) throws {
    try append([
      LedgerEntry(
        time: max(LedgerTime(refusal.time), state.lastTime),
        content: .refusal(
          LedgerEntry.Refusal(
            cause: refusal.train.cause, region: refusal.train.region.countable,
            asked: refusal.train.totals.countable, explanation: refusal.explanation)))
    ])
  }

  /// Writes down what reads outside of trains found.
  func observe(_ readings: [Reading], time: Date) throws {
    let time = max(LedgerTime(time), state.lastTime)
    var observations: [Int: [UInt8]] = [:]
    observations.reserveCapacity(readings.count)
    var entries: [LedgerEntry] = []
    entries.reserveCapacity(readings.count)
    for reading in readings {
      let bytes = ReadingBytes.encode([reading])
      observations[entries.count] = bytes
      entries.append(
        LedgerEntry(
          time: time,
          content: .reading(
            LedgerEntry.ObservedReading(
              region: reading.region, averages: reading.averages,
              digest: EntryChain.digest(bytes)))))
    }
    try append(entries, observations: observations)
  }

  /// Writes down a read that may have been made before.
  func readAgain(_ request: ReadRequest, because explanation: String, time: Date) throws {
    try append([
      LedgerEntry(
        time: max(LedgerTime(time), state.lastTime),
        content: .reread(
          LedgerEntry.RepeatedRead(
            region: request.region, averages: request.averages, explanation: explanation)))
    ])
  }

  /// The time of an entry that comes before pulses: a clock that stands wrong must not date them.
  func entryTime(_ date: Date) throws -> LedgerTime {
    let time = LedgerTime(date)
    guard time.microseconds >= state.lastTime.microseconds - Self.clockTolerance else {
      throw LedgerError(
        .clock, path: path,
        "the host's clock says \(time.text), but record \(state.count) is of "
          + "\(state.lastTime.text): the clock has stepped back, and nothing was fired. Set the clock; "
          + "if it was wrong before and is right now, `tare ledger adopt` takes that over")
    }
    return max(time, state.lastTime)
  }

  private static func integer(_ value: Double) -> UInt64 {
    value > 0 && value < 1.8e19 ? UInt64(value.rounded()) : 0
  }
}

// What is refused may be nonsense, which is no reason to lose the record of it: the explanation has it in words.
extension CellRegion {
  fileprivate var countable: CellRegion {
    func place(_ index: Int) -> Int { min(max(0, index), 1 << 24) }
    let (top, left) = (place(rows.lowerBound.index), place(columns.lowerBound.index))
    return CellRegion(
      tile: Tile(place(tile.index)), rows: Row(top)..<Row(max(top, place(rows.upperBound.index))),
      columns: Column(left)..<Column(max(left, place(columns.upperBound.index))))
  }
}

extension PulseTotals {
  fileprivate var countable: PulseTotals { PulseTotals(up: max(0, up), down: max(0, down)) }
}

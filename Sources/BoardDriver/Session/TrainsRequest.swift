import DeviceContract
import PhysicalUnits
import WireProtocol

/// Trains under consecutive numbers, from their frames to their outcomes.
final class TrainsRequest: BoardRequest {
  /// A train as it is sent.
  struct Entry {
    var train: PulseTrain
    var profile: UInt8
  }

  /// What the board said of a train.
  struct Result: Sendable {
    var outcome: Wire.TrainOutcome
    var readings: [ReadingParts]
    /// All pulses of the board's life after the train.
    var odometer: PulseTotals
    var clock: UInt64
  }

  let first: UInt64
  private var entries: [Entry]
  /// Trains that have been sent.
  private var sent = 0
  /// Of the train after them, where it has pattern bytes: its record, these bytes, and how many have been sent.
  private var begun: (record: Wire.Train, pattern: [UInt8], sent: Int)?
  private let envelope: UInt16
  private let mostPayload: Int
  /// What is known, in the order of the numbers.
  private(set) var results: [Result] = []
  private var readings: [ReadingParts] = []
  private var done: ((TrainsRequest, SessionFailure?) -> Void)?

  init(
    _ entries: [Entry], first: UInt64, envelope: UInt16, mostFrame: Int,
    done: @escaping (TrainsRequest, SessionFailure?) -> Void
  ) {
    self.first = first
    self.entries = entries
    self.envelope = envelope
    mostPayload = mostFrame - Wire.frameOverhead
    self.done = done
  }

  /// The number after the last train that has an outcome.
  private var next: UInt64 { first + UInt64(results.count) }

  func sendNext(on link: inout HostLink) -> Bool {
    let head = entries[sent]
    // Between what every board takes and what this one takes.
    let most = min(mostPayload, max(link.bestPayload, Self.leastPayload))
    if let begun {
      self.begun = send(begun, most, on: &link)
    } else {
      let cells = run(of: sent, most)
      if cells.isEmpty {
        let (record, pattern) = head.train.wire(profile: head.profile)
        begun = send((record, pattern, 0), most, on: &link)
      } else {
        link.send(
          Wire.Cells(
            first: first + UInt64(sent), notAfter: 0, envelope: envelope,
            isChained: sent == 0 ? 0 : 1, profile: head.profile, scheme: head.train.scheme.wire,
            tile: UInt8(head.train.region.tile.index), cells: cells))
        sent += cells.count
      }
    }
    return sent == entries.count
  }

  /// A frame with less is mostly head.
  private static let leastPayload = 64

  /// Trains on single cells from a place on that go into one frame.
  private func run(of place: Int, _ payload: Int) -> [Wire.CellPulses] {
    let head = entries[place]
    var cells: [Wire.CellPulses] = []
    let most = min(255, (payload - 23) / 10)
    while place + cells.count < entries.count, cells.count < most {
      let entry = entries[place + cells.count]
      guard entry.profile == head.profile, entry.train.scheme == head.train.scheme,
        entry.train.region.tile == head.train.region.tile, let pulses = entry.train.cellPulses
      else { break }
      cells.append(pulses)
    }
    return cells
  }

  /// Sends the next pattern bytes of a train, or its record after them; returns what is left.
  private func send(
    _ train: (record: Wire.Train, pattern: [UInt8], sent: Int), _ payload: Int,
    on link: inout HostLink
  ) -> (record: Wire.Train, pattern: [UInt8], sent: Int)? {
    let data = Array(train.pattern[train.sent...].prefix(payload - 4))
    guard data.isEmpty else {
      link.send(
        Wire.Pattern(offset: UInt32(train.sent), data: data), patternBytes: data.count)
      return (train.record, train.pattern, train.sent + data.count)
    }
    link.send(
      Wire.Trains(
        first: first + UInt64(sent), notAfter: 0, envelope: envelope,
        isChained: sent == 0 ? 0 : 1, trains: [train.record]))
    sent += 1
    return nil
  }

  func stopSending() -> Bool {
    entries.removeLast(entries.count - sent)
    guard results.count == entries.count else { return false }
    finish(nil)
    return true
  }

  func take(_ message: Wire.Message) throws(SessionFailure) -> Bool {
    switch message {
    case .reading(let part):
      guard part.train == next else {
        throw .confused("a reading of train \(part.train) where \(next) is due")
      }
      try ReadingParts.add(part, to: &readings)
    case .outcome(let answer):
      try settle(answer.first, count: answer.outcomes.count)
      append(
        answer.settled.map {
          Result(outcome: $0.outcome, readings: [], odometer: $0.odometer, clock: answer.clock)
        })
    case .fired(let answer):
      try settle(answer.first, count: Int(answer.count))
      var odometer = PulseTotals(up: Int(clamping: answer.up), down: Int(clamping: answer.down))
      var settled: [Result] = []
      for place in (0..<Int(answer.count)).reversed() {
        let train = entries[results.count + place].train
        let totals = train.totals
        settled.append(
          Result(
            outcome: Wire.TrainOutcome(
              status: .fired, reason: .none, digest: train.digest, steps: UInt32(train.steps),
              uncertainSteps: 0, up: UInt64(totals.up), down: UInt64(totals.down), uncertain: 0,
              duration: UInt64((train.duration.value * 1e9).rounded()),
              energy: Wire.unknownEnergy), readings: [], odometer: odometer, clock: answer.clock))
        odometer.up -= totals.up
        odometer.down -= totals.down
      }
      append(settled.reversed())
    case .notKept(let answer):
      throw .confused("train \(answer.first) is known and its outcome is not")
    default:
      throw .confused("an answer that belongs to no train")
    }
    guard results.count == entries.count else { return false }
    finish(nil)
    return true
  }

  private func settle(_ first: UInt64, count: Int) throws(SessionFailure) {
    guard first == next, count > 0, results.count + count <= entries.count else {
      throw .confused("outcomes of \(count) trains from \(first) on where \(next) is due")
    }
  }

  private func append(_ settled: [Result]) {
    results += settled
    // The readings before an outcome are those of the first train of its message.
    if !settled.isEmpty, !readings.isEmpty {
      results[results.count - settled.count].readings = readings
      readings = []
    }
  }

  func fail(_ failure: SessionFailure) { finish(failure) }

  private func finish(_ failure: SessionFailure?) {
    done?(self, failure)
    done = nil
  }
}

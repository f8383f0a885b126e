import DeviceContract
import WireProtocol

// What is asked of a board besides trains, as messages and the answers that they must have.

private let unexpected = SessionFailure.confused("an answer to another question")

extension ValueRequest {
  /// A request that one message answers.
  private convenience init(
    asking ask: @escaping (inout HostLink) -> Void, answer: @escaping (Wire.Message) -> Value?,
    done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    self.init(
      ask,
      accept: { (message) throws(SessionFailure) in
        guard let value = answer(message) else { throw unexpected }
        return value
      }, done: done)
  }
}

extension ValueRequest where Value == Wire.Capabilities {
  convenience init(done: @escaping (Result<Value, SessionFailure>) -> Void) {
    self.init(
      asking: { $0.send(Wire.Describe()) },
      answer: { if case .capabilities(let answer) = $0 { answer } else { nil } }, done: done)
  }
}

extension ValueRequest where Value == Wire.Envelope {
  convenience init(
    _ limits: Wire.SetEnvelope, done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    self.init(
      asking: { $0.send(limits) },
      answer: { if case .envelope(let answer) = $0 { answer } else { nil } }, done: done)
  }
}

extension ValueRequest where Value == Wire.Armed {
  /// Arms, or disarms where there is nothing to arm with.
  convenience init(_ arm: Wire.Arm?, done: @escaping (Result<Value, SessionFailure>) -> Void) {
    self.init(
      asking: { link in if let arm { link.send(arm) } else { link.send(Wire.Disarm()) } },
      answer: { if case .armed(let answer) = $0 { answer } else { nil } }, done: done)
  }
}

extension ValueRequest where Value == Wire.ProfileSet {
  convenience init(_ profile: Wire.Profile, done: @escaping (Result<Value, SessionFailure>) -> Void)
  {
    self.init(
      asking: { $0.send(profile) },
      answer: { if case .profileSet(let answer) = $0 { answer } else { nil } }, done: done)
  }
}

extension ValueRequest where Value == ReadingParts {
  convenience init(_ read: Wire.Read, done: @escaping (Result<Value, SessionFailure>) -> Void) {
    var parts: [ReadingParts] = []
    self.init(
      { $0.send(read) },
      accept: { (message) throws(SessionFailure) in
        guard case .reading(let part) = message, part.train == 0, part.request == read.request
        else { throw unexpected }
        try ReadingParts.add(part, to: &parts)
        return parts.count == 1 && parts[0].isWhole ? parts[0] : nil
      }, done: done)
  }
}

extension ValueRequest where Value == [UInt32] {
  /// The checksums of all odometer blocks of a tile.
  convenience init(
    digestsOf tile: UInt8, blocks: Int, done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    var digests: [UInt32] = []
    self.init(
      { $0.send(Wire.Counts(tile: tile, block: 0, blocks: UInt32(blocks), onlyDigests: 1)) },
      accept: { (message) throws(SessionFailure) in
        guard case .digests(let part) = message, part.tile == tile,
          Int(part.block) == digests.count, part.digests.count % 4 == 0
        else { throw unexpected }
        digests += part.digests.words()
        return digests.count >= blocks ? digests : nil
      }, done: done)
  }
}

extension ValueRequest where Value == [Wire.CellCounts] {
  /// The counts of cells of a tile, from the first cell of a block on.
  convenience init(
    countsOf tile: UInt8, from block: Int, cells: Int,
    done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    let perBlock = Int(Wire.cellsPerBlock)
    var counts: [Wire.CellCounts] = []
    self.init(
      {
        $0.send(
          Wire.Counts(
            tile: tile, block: UInt32(block), blocks: UInt32((cells + perBlock - 1) / perBlock),
            onlyDigests: 0))
      },
      accept: { (message) throws(SessionFailure) in
        guard case .countBlock(let part) = message, part.tile == tile,
          Int(part.cell) == block * perBlock + counts.count
        else { throw unexpected }
        counts += part.counts
        return counts.count >= cells ? counts : nil
      }, done: done)
  }
}

/// An outcome that a board remembers.
struct KeptOutcome: Sendable {
  var number: UInt64
  /// Nil where it is no longer kept, or never was.
  var outcome: Wire.TrainOutcome?
  var odometer: PulseTotals
  var clock: UInt64
}

extension Wire.Outcome {
  /// The outcomes, each with all pulses of the board's life after it.
  var settled: [(outcome: Wire.TrainOutcome, odometer: PulseTotals)] {
    var odometer = PulseTotals(up: Int(clamping: up), down: Int(clamping: down))
    var settled: [(Wire.TrainOutcome, PulseTotals)] = []
    for outcome in outcomes.reversed() {
      settled.append((outcome, odometer))
      // Uncertain ones are in the odometer as well, but nobody knows of which polarity.
      odometer.up -= Int(clamping: outcome.up)
      odometer.down -= Int(clamping: outcome.down)
    }
    return settled.reversed()
  }
}

extension ValueRequest where Value == [KeptOutcome] {
  /// What became of trains, as the board remembers it.
  convenience init(
    outcomesFrom first: UInt64, count: Int, done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    var kept: [KeptOutcome] = []
    self.init(
      { $0.send(Wire.Outcomes(first: first, count: UInt16(clamping: count))) },
      accept: { (message) throws(SessionFailure) in
        let next = first + UInt64(kept.count)
        switch message {
        case .outcome(let answer) where answer.first == next:
          kept += answer.settled.enumerated().map { place, settled in
            KeptOutcome(
              number: next + UInt64(place), outcome: settled.outcome, odometer: settled.odometer,
              clock: answer.clock)
          }
        case .notKept(let answer) where answer.first == next:
          for place in 0..<max(1, Int(answer.count)) {
            kept.append(
              KeptOutcome(
                number: next + UInt64(place), outcome: nil, odometer: PulseTotals(), clock: 0))
          }
        default: throw unexpected
        }
        return kept.count >= count ? Array(kept.prefix(count)) : nil
      }, done: done)
  }
}

extension ValueRequest where Value == [Int64] {
  /// A matrix-vector product, in units of 1e-9.
  convenience init(
    _ multiply: Wire.Multiply, done: @escaping (Result<Value, SessionFailure>) -> Void
  ) {
    var sums: [Int64] = []
    self.init(
      { $0.send(multiply) },
      accept: { (message) throws(SessionFailure) in
        guard case .product(let part) = message, part.request == multiply.request,
          Int(part.first) == sums.count, part.sums.count % 8 == 0
        else { throw unexpected }
        sums += part.sums.words()
        let lines = multiply.isTransposed == 1 ? multiply.columns : multiply.rows
        return sums.count >= Int(lines) ? sums : nil
      }, done: done)
  }
}

import ByteCoding
import DeviceContract
import Foundation
import PhysicalUnits

// The canonical encoding of entries. docs/ledger-format.md describes it for other programs; a change
// here is a new version of the format.
extension LedgerEntry {
  /// The bytes that are chained and stored.
  var bytes: [UInt8] { bytes(train: nil) }

  /// The same, with the train of an intent packed already.
  func bytes(train: PreparedTrain?) -> [UInt8] {
    var writer = ByteWriter(reserving: 96 + (train?.pattern.stored.count ?? 0))
    writer.append(content.kind.rawValue)
    writer.append(time.microseconds)
    content.write(to: &writer, train)
    return writer.bytes
  }

  /// Reads an entry.
  ///
  /// - Parameter shapes: the shapes of the ledger so far, which intents refer to.
  init(bytes: [UInt8], shapes: [PulseShape]) throws(ByteError) {
    var reader = ByteReader(bytes)
    guard let kind = EntryKind(rawValue: try reader.integer(UInt8.self)) else {
      throw .malformed(at: 0)
    }
    time = LedgerTime(microseconds: try reader.integer(Int64.self))
    switch kind {
    case .genesis: content = .genesis(try Genesis(from: &reader))
    case .connection: content = .connection(try Connection(from: &reader))
    case .campaign: content = .campaign(try Campaign(from: &reader))
    case .shape: content = .shape(try PulseShape(from: &reader))
    case .intent: content = .intent(try Intent(from: &reader, shapes: shapes))
    case .outcome: content = .outcome(try Outcome(from: &reader))
    case .refusal: content = .refusal(try Refusal(from: &reader))
    case .reading: content = .reading(try ObservedReading(from: &reader))
    case .reconciliation: content = .reconciliation(try Reconciled(from: &reader))
    case .adoption: content = .adoption(try Adoption(from: &reader))
    case .checkpoint:
      content = .checkpoint(
        Checkpoint(publicKey: try reader.raw(32), signature: try reader.raw(64)))
    case .disconnection: content = .disconnection(try Disconnection(from: &reader))
    case .reread: content = .reread(try RepeatedRead(from: &reader))
    }
    try reader.end()
  }
}

extension LedgerEntry.Content {
  var kind: EntryKind {
    switch self {
    case .genesis: .genesis
    case .connection: .connection
    case .campaign: .campaign
    case .shape: .shape
    case .intent: .intent
    case .outcome: .outcome
    case .refusal: .refusal
    case .reading: .reading
    case .reconciliation: .reconciliation
    case .adoption: .adoption
    case .checkpoint: .checkpoint
    case .disconnection: .disconnection
    case .reread: .reread
    }
  }

  fileprivate func write(to writer: inout ByteWriter, _ train: PreparedTrain?) {
    switch self {
    case .genesis(let genesis): genesis.write(to: &writer)
    case .connection(let connection): connection.write(to: &writer)
    case .campaign(let campaign): campaign.write(to: &writer)
    case .shape(let shape): shape.write(to: &writer)
    case .intent(let intent): intent.write(to: &writer, train)
    case .outcome(let outcome): outcome.write(to: &writer)
    case .refusal(let refusal): refusal.write(to: &writer)
    case .reading(let reading): reading.write(to: &writer)
    case .reconciliation(let result): result.write(to: &writer)
    case .adoption(let adoption): adoption.write(to: &writer)
    case .checkpoint(let checkpoint):
      writer.append(raw: checkpoint.publicKey)
      writer.append(raw: checkpoint.signature)
    case .disconnection(let end): end.write(to: &writer)
    case .reread(let reread): reread.write(to: &writer)
    }
  }
}

extension LedgerEntry.Genesis {
  /// The version of the encoding of all entries.
  static let format: UInt16 = 1

  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(Self.format)
    writer.append(level.rawValue)
    writer.append(raw: id.bytes)
    writer.append(text: name)
    for number in [tiles, rows, columns] { writer.append(varint: number) }
    writer.append(text: program)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    guard try reader.integer(UInt16.self) == Self.format,
      let level = Level(rawValue: try reader.integer(UInt8.self))
    else { throw .malformed(at: start) }
    self.level = level
    id = UUID(bytes: try reader.raw(16))
    name = try reader.text()
    (tiles, rows, columns) = (try reader.count(), try reader.count(), try reader.count())
    program = try reader.text()
  }
}

extension LedgerEntry.Connection {
  fileprivate func write(to writer: inout ByteWriter) {
    for text in [device.model, device.serialNumber, device.firmware] { writer.append(text: text) }
    writer.append(durability.code)
    DeviceHistory.write(history, to: &writer)
    writer.append(counted: odometerDigest)
    CellCounts.write(baseline, to: &writer)
    writer.append(text: host)
    writer.append(varint: process)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    device = DeviceIdentity(
      model: try reader.text(), serialNumber: try reader.text(), firmware: try reader.text())
    durability = try CounterDurability(from: &reader)
    history = try DeviceHistory.read(from: &reader)
    odometerDigest = try reader.counted()
    baseline = try CellCounts.read(from: &reader)
    host = try reader.text()
    process = try reader.count()
  }
}

extension LedgerEntry.Campaign {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(raw: run.bytes)
    writer.append(text: algorithm)
    writer.append(text: parameters)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    run = UUID(bytes: try reader.raw(16))
    algorithm = try reader.text()
    parameters = try reader.text()
  }
}

extension LedgerEntry.Intent {
  fileprivate func write(to writer: inout ByteWriter, _ packed: PreparedTrain?) {
    let packed = packed ?? PreparedTrain(TrainIntent(train: train, time: .distantPast))
    writer.append(varint: number)
    train.region.write(to: &writer)
    writer.append(varint: shape)
    writer.append(train.scheme.code)
    writer.append(train.cause.code)
    writer.append(varint: train.reads?.everySteps ?? 0)
    writer.append(varint: train.reads?.averages ?? 0)
    writer.append(packed.digest)
    PulseTotals.write(odometer, to: &writer)
    writer.append(raw: packed.pattern.stored)
  }

  fileprivate init(from reader: inout ByteReader, shapes: [PulseShape]) throws(ByteError) {
    let start = reader.offset
    number = try reader.varint()
    let region = try CellRegion(from: &reader)
    shape = try reader.count()
    guard shapes.indices.contains(shape),
      let scheme = BiasScheme(code: try reader.integer(UInt8.self)),
      let cause = Cause(code: try reader.integer(UInt8.self))
    else { throw .malformed(at: start) }
    let (everySteps, averages) = (try reader.count(), try reader.count())
    let digest = try reader.integer(UInt32.self)
    odometer = try PulseTotals.read(from: &reader)
    var packed = ByteReader(try PackedBytes.read(from: &reader))
    let pattern = try PulseTrain.Pattern(from: &packed)
    try packed.end()
    train = PulseTrain(
      region: region, pattern: pattern, shape: shapes[shape], scheme: scheme,
      reads: everySteps == 0 ? nil : .init(everySteps: everySteps, averages: averages),
      cause: cause)
    guard train.isWellFormed, train.digest == digest else { throw .malformed(at: start) }
  }
}

extension LedgerEntry.Outcome {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(varint: number)
    writer.append(source.rawValue)
    writer.append(status.code)
    PulseTotals.write(fired, to: &writer)
    writer.append(varint: uncertain)
    CellCounts.write(cells.map { [$0] } ?? [], to: &writer)
    // One more than the number, and 0 for none.
    writer.append(varint: clock.map { $0 + 1 } ?? 0)
    writer.append(varint: duration)
    writer.append(varint: energy.map { $0 + 1 } ?? 0)
    PulseTotals.write(odometer, to: &writer)
    writer.append(counted: readings)
    writer.append(text: explanation)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    number = try reader.varint()
    guard let source = Source(rawValue: try reader.integer(UInt8.self)),
      let status = TrainOutcome.Status(code: try reader.integer(UInt8.self)),
      let fired = try PulseTotals.read(from: &reader)
    else { throw .malformed(at: start) }
    (self.source, self.status, self.fired) = (source, status, fired)
    uncertain = try reader.count()
    cells = try CellCounts.read(from: &reader).first
    let clock = try reader.varint()
    self.clock = clock == 0 ? nil : clock - 1
    duration = try reader.varint()
    let energy = try reader.varint()
    self.energy = energy == 0 ? nil : energy - 1
    odometer = try PulseTotals.read(from: &reader)
    readings = try reader.counted()
    explanation = try reader.text()
  }
}

extension LedgerEntry.Refusal {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(cause.code)
    region.write(to: &writer)
    PulseTotals.write(asked, to: &writer)
    writer.append(text: explanation)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    guard let cause = Cause(code: try reader.integer(UInt8.self)) else {
      throw .malformed(at: start)
    }
    self.cause = cause
    region = try CellRegion(from: &reader)
    guard let asked = try PulseTotals.read(from: &reader) else {
      throw .malformed(at: reader.offset - 1)
    }
    self.asked = asked
    explanation = try reader.text()
  }
}

extension LedgerEntry.ObservedReading {
  fileprivate func write(to writer: inout ByteWriter) {
    region.write(to: &writer)
    writer.append(varint: averages)
    writer.append(counted: digest)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    region = try CellRegion(from: &reader)
    averages = try reader.count()
    digest = try reader.counted()
  }
}

extension LedgerEntry.RepeatedRead {
  fileprivate func write(to writer: inout ByteWriter) {
    region.write(to: &writer)
    writer.append(varint: averages)
    writer.append(text: explanation)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    region = try CellRegion(from: &reader)
    averages = try reader.count()
    explanation = try reader.text()
  }
}

extension LedgerEntry.Reconciled {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(UInt8(agrees ? 1 : 0))
    writer.append(varint: settled)
    CellCounts.write(beyond, to: &writer)
    writer.append(text: findings)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    agrees = try reader.flag()
    settled = try reader.count()
    beyond = try CellCounts.read(from: &reader)
    findings = try reader.text()
  }
}

extension LedgerEntry.Adoption {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(text: operatorName)
    writer.append(text: reason)
    DeviceHistory.write(history, to: &writer)
    CellCounts.write(odometer, to: &writer)
    CellCounts.write(unexplained, to: &writer)
    writer.append(varint: missing)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    operatorName = try reader.text()
    reason = try reader.text()
    history = try DeviceHistory.read(from: &reader)
    odometer = try CellCounts.read(from: &reader)
    unexplained = try CellCounts.read(from: &reader)
    missing = try reader.count()
  }
}

extension LedgerEntry.Disconnection {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(text: status)
    DeviceHistory.write(history, to: &writer)
    writer.append(counted: odometerDigest)
    writer.append(UInt8(agrees ? 1 : 0))
    PulseTotals.write(pulses, to: &writer)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    status = try reader.text()
    history = try DeviceHistory.read(from: &reader)
    odometerDigest = try reader.counted()
    agrees = try reader.flag()
    guard let pulses = try PulseTotals.read(from: &reader) else { throw .malformed(at: start) }
    self.pulses = pulses
  }
}

import DeviceContract
import Foundation
import PhysicalUnits
public import PulseLedger

/// One record of a ledger as a line, for people or as JSON.
public struct RecordLine {
  private let record: Int
  private let entry: LedgerEntry

  /// A line of a record.
  public init(_ record: Int, _ entry: LedgerEntry) {
    (self.record, self.entry) = (record, entry)
  }

  /// Number, time, kind and what it says; what came from a device cannot change the terminal.
  public var text: String {
    let number = "\(record)"
    let kind = entry.content.kindName
    return String(repeating: " ", count: max(0, 8 - number.count)) + number + "  "
      + entry.time.text + "  " + kind + String(repeating: " ", count: max(0, 14 - kind.count))
      + "  " + TerminalText.printable(entry.content.summary) + "\n"
  }

  /// An object with `record`, `time`, `kind` and the fields of the kind.
  public var json: String {
    var line = JSONLine()
    line.add("kind", entry.content.kindName)
    line.add("record", record)
    line.add("time", entry.time.text)
    switch entry.content {
    case .genesis(let genesis):
      line.add("level", genesis.level == .run ? "run" : "chip")
      line.add("id", genesis.id.uuidString.lowercased())
      line.add("name", genesis.name)
      line.add("tiles", genesis.tiles)
      line.add("rows", genesis.rows)
      line.add("columns", genesis.columns)
      line.add("program", genesis.program)
    case .connection(let connection): line.add(connection)
    case .campaign(let campaign):
      line.add("run", campaign.run.uuidString.lowercased())
      line.add("algorithm", campaign.algorithm)
      line.add("parameters", campaign.parameters)
    case .shape(let shape): line.add(shape)
    case .intent(let intent): line.add(intent)
    case .outcome(let outcome): line.add(outcome)
    case .refusal(let refusal):
      line.add("cause", refusal.cause.rawValue)
      line.add("region", refusal.region.description)
      line.add("askedUp", refusal.asked.up)
      line.add("askedDown", refusal.asked.down)
      line.add("explanation", refusal.explanation)
    case .reading(let reading):
      line.add("region", reading.region.description)
      line.add("averages", reading.averages)
      line.add("sha256", Self.digits(reading.digest))
    case .reread(let reread):
      line.add("region", reread.region.description)
      line.add("averages", reread.averages)
      line.add("explanation", reread.explanation)
    case .reconciliation(let result):
      line.add("agrees", result.agrees)
      line.add("settled", result.settled)
      line.add("beyond", result.beyond.reduce(0) { $0 + $1.totals.all })
      line.add("findings", result.findings)
    case .adoption(let adoption): line.add(adoption)
    case .checkpoint(let checkpoint):
      line.add("publicKey", Self.digits(checkpoint.publicKey))
      line.add("signature", Self.digits(checkpoint.signature))
    case .disconnection(let end):
      line.add("status", end.status)
      line.add("agrees", end.agrees)
      line.add("pulsesUp", end.pulses.up)
      line.add("pulsesDown", end.pulses.down)
      line.add("odometerDigest", Self.digits(end.odometerDigest))
      line.add("history", JSONLine(end.history))
    }
    return line.text
  }

  fileprivate static func digits(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}

extension JSONLine {
  fileprivate init?(_ history: DeviceHistory?) {
    guard let history else { return nil }
    add("epoch", history.epoch)
    add("lastTrain", history.last)
    add("oldestKeptTrain", history.oldestKept)
    add("pulsesUp", history.pulses.up)
    add("pulsesDown", history.pulses.down)
    add("clockSeconds", history.clock.value)
  }

  fileprivate mutating func add(_ connection: LedgerEntry.Connection) {
    add("model", connection.device.model)
    add("serialNumber", connection.device.serialNumber)
    add("firmware", connection.device.firmware)
    add("counterDurability", "\(connection.durability)")
    add("odometerDigest", RecordLine.digits(connection.odometerDigest))
    add("baselinePulses", connection.baseline.reduce(0) { $0 + $1.totals.all })
    add("host", connection.host)
    add("process", connection.process)
    add("history", JSONLine(connection.history))
  }

  fileprivate mutating func add(_ shape: PulseShape) {
    add("amplitudeVolts", shape.amplitude.value)
    add("widthSeconds", shape.width.seconds.value)
    add("riseSeconds", shape.rise.seconds.value)
    add("fallSeconds", shape.fall.seconds.value)
    add("periodSeconds", shape.period.seconds.value)
    add("complianceAmperes", shape.compliance?.value)
  }

  fileprivate mutating func add(_ intent: LedgerEntry.Intent) {
    let totals = intent.train.totals
    add("number", intent.number)
    add("cause", intent.train.cause.rawValue)
    add("pattern", intent.train.kind.rawValue)
    add("region", intent.train.region.description)
    add("shape", intent.shape)
    add("scheme", intent.train.scheme.rawValue)
    add("commandedUp", totals.up)
    add("commandedDown", totals.down)
    add("odometerUp", intent.odometer?.up)
    add("odometerDown", intent.odometer?.down)
  }

  fileprivate mutating func add(_ outcome: LedgerEntry.Outcome) {
    add("number", outcome.number)
    add("status", outcome.status.rawValue)
    add("source", outcome.source.name)
    add("firedUp", outcome.fired.up)
    add("firedDown", outcome.fired.down)
    add("uncertain", outcome.uncertain)
    add("odometerUp", outcome.odometer?.up)
    add("odometerDown", outcome.odometer?.down)
    add("explanation", outcome.explanation)
  }

  fileprivate mutating func add(_ adoption: LedgerEntry.Adoption) {
    add("operator", adoption.operatorName)
    add("reason", adoption.reason)
    add("unexplainedUp", adoption.unexplained.reduce(0) { $0 + $1.totals.up })
    add("unexplainedDown", adoption.unexplained.reduce(0) { $0 + $1.totals.down })
    add("missing", adoption.missing)
    add("history", JSONLine(adoption.history))
  }
}

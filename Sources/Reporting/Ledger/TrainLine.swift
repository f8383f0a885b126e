import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger

/// One train of a ledger, from intent to outcome, as a line of an export.
struct TrainLine {
  var intent: LedgerEntry.Intent
  var intentRecord: Int
  var begun: LedgerTime
  /// The connection and the campaign in force when it began.
  var device: DeviceIdentity?
  var campaign: LedgerEntry.Campaign?
  /// What became of it; nil while that is not known.
  var outcome: LedgerEntry.Outcome?
  var outcomeRecord: Int?
  var ended: LedgerTime?
  /// Pulses that were asked for.
  let commanded: PulseTotals

  /// Starts a line; the pattern is not kept, which for count maps would be most of the train.
  init(
    _ intent: LedgerEntry.Intent, record: Int, time: LedgerTime, device: DeviceIdentity?,
    campaign: LedgerEntry.Campaign?
  ) {
    (commanded, kind) = (intent.train.totals, intent.train.kind)
    self.intent = intent
    self.intent.train.pattern = .uniform(.up, count: 0)
    (intentRecord, begun, self.device, self.campaign) = (record, time, device, campaign)
  }

  let kind: PulseTrain.Kind

  /// up, down, both or none.
  var polarity: String {
    switch (commanded.up > 0, commanded.down > 0) {
    case (true, true): "both"
    case (true, false): "up"
    case (false, true): "down"
    case (false, false): "none"
    }
  }

  var status: String { outcome?.status.rawValue ?? "open" }

  /// The line in JSON.
  var json: String {
    let (train, region) = (intent.train, intent.train.region)
    var line = JSONLine()
    line.add("kind", "train")
    line.add("number", intent.number)
    line.add("intentRecord", intentRecord)
    line.add("outcomeRecord", outcomeRecord)
    line.add("begun", begun.text)
    line.add("ended", ended?.text)
    line.add("cause", train.cause.rawValue)
    line.add("pattern", kind.rawValue)
    line.add("tile", region.tile.index)
    line.add("firstRow", region.rows.lowerBound.index)
    line.add("rows", region.rows.count)
    line.add("firstColumn", region.columns.lowerBound.index)
    line.add("columns", region.columns.count)
    line.add("polarity", polarity)
    line.add("amplitudeVolts", train.shape.amplitude.value)
    line.add("widthSeconds", train.shape.width.seconds.value)
    line.add("riseSeconds", train.shape.rise.seconds.value)
    line.add("fallSeconds", train.shape.fall.seconds.value)
    line.add("periodSeconds", train.shape.period.seconds.value)
    line.add("complianceAmperes", train.shape.compliance?.value)
    line.add("scheme", train.scheme.rawValue)
    line.add("readsEverySteps", train.reads?.everySteps)
    line.add("readAverages", train.reads?.averages)
    line.add("algorithm", campaign?.algorithm)
    line.add("run", campaign?.run.uuidString.lowercased())
    line.add("device", device?.serialNumber)
    line.add("commandedUp", commanded.up)
    line.add("commandedDown", commanded.down)
    line.add("firedUp", outcome?.fired.up)
    line.add("firedDown", outcome?.fired.down)
    line.add("uncertain", outcome?.uncertain)
    line.add("status", status)
    line.add("source", outcome?.source.name)
    line.add("odometerBeforeUp", intent.odometer?.up)
    line.add("odometerBeforeDown", intent.odometer?.down)
    line.add("odometerAfterUp", outcome?.odometer?.up)
    line.add("odometerAfterDown", outcome?.odometer?.down)
    line.add("energyJoules", energy)
    line.add("durationSeconds", duration)
    line.add("deviceClockSeconds", clock)
    line.add("explanation", outcome?.explanation)
    // A train that did not run whole: only here is it told which of its cells got what.
    if let cells = outcome?.cells {
      line.add("cellsUp", cells.up)
      line.add("cellsDown", cells.down)
    }
    return line.text
  }

  private var energy: Double? { outcome?.energy.map { Double($0) / 1e15 } }
  private var duration: Double? { outcome.map { Double($0.duration) / 1e9 } }
  private var clock: Double? { outcome?.clock.map { Double($0) / 1e9 } }

  /// The columns in CSV.
  static let columns: [CSVTable.Column] = [
    .init("number"), .init("intent_record"), .init("outcome_record"), .init("begun_utc"),
    .init("ended_utc"), .init("cause"), .init("pattern"), .init("tile"), .init("first_row"),
    .init("rows"), .init("first_column"), .init("columns"), .init("polarity"),
    .init("amplitude", unit: "V"), .init("width", unit: "s"), .init("rise", unit: "s"),
    .init("fall", unit: "s"), .init("period", unit: "s"), .init("compliance", unit: "A"),
    .init("scheme"), .init("reads_every_steps"), .init("read_averages"), .init("algorithm"),
    .init("run"), .init("device"), .init("commanded_up"), .init("commanded_down"),
    .init("fired_up"), .init("fired_down"), .init("uncertain"), .init("status"), .init("source"),
    .init("odometer_before_up"), .init("odometer_before_down"), .init("odometer_after_up"),
    .init("odometer_after_down"), .init("energy", unit: "J"), .init("duration", unit: "s"),
    .init("device_clock", unit: "s"), .init("explanation"),
  ]

  /// The line in CSV.
  var fields: [CSVField] {
    let (train, region) = (intent.train, intent.train.region)
    func integer(_ value: (some BinaryInteger)?) -> CSVField {
      value.map { .integer($0) } ?? .missing
    }
    func number(_ value: Double?) -> CSVField { value.map { .number($0) } ?? .missing }
    func text(_ value: String?) -> CSVField { value.map { .text($0) } ?? .missing }
    return [
      .integer(intent.number), .integer(intentRecord), integer(outcomeRecord), .text(begun.text),
      text(ended?.text), .text(train.cause.rawValue), .text(kind.rawValue),
      .integer(region.tile.index), .integer(region.rows.lowerBound.index),
      .integer(region.rows.count), .integer(region.columns.lowerBound.index),
      .integer(region.columns.count), .text(polarity), .number(train.shape.amplitude.value),
      .number(train.shape.width.seconds.value), .number(train.shape.rise.seconds.value),
      .number(train.shape.fall.seconds.value), .number(train.shape.period.seconds.value),
      number(train.shape.compliance?.value), .text(train.scheme.rawValue),
      integer(train.reads?.everySteps), integer(train.reads?.averages),
      text(campaign?.algorithm), text(campaign?.run.uuidString.lowercased()),
      text(device?.serialNumber),
      .integer(commanded.up), .integer(commanded.down), integer(outcome?.fired.up),
      integer(outcome?.fired.down), integer(outcome?.uncertain), .text(status),
      text(outcome?.source.name), integer(intent.odometer?.up), integer(intent.odometer?.down),
      integer(outcome?.odometer?.up), integer(outcome?.odometer?.down), number(energy),
      number(duration), number(clock), text(outcome?.explanation),
    ]
  }
}

extension LedgerEntry.Outcome.Source {
  /// As exports and lists name it.
  var name: String {
    switch self {
    case .receipt: "receipt"
    case .journal: "journal"
    case .assumption: "assumption"
    }
  }
}

import DeviceContract
import Foundation

/// One pass over the entries of a ledger, for what an audit tells of single records.
struct AuditPass {
  var devices: [DeviceIdentity] = []
  var uncertain: [LedgerAudit.UncertainTrain] = []
  var refusals: [LedgerAudit.Refusal] = []
  var gaps: [LedgerAudit.Note] = []
  var notes: [LedgerAudit.Note] = []
  var first: LedgerTime?
  /// The last time that the device's odometer was compared, and trains since.
  var lastComparison: (record: Int, agrees: Bool, pulses: PulseTotals?, time: LedgerTime)?
  var trainsSinceComparison = 0
  /// The last adoption after which the device counts less than the ledger.
  var adopted: (record: Int, missing: Int)?
  /// Outcomes that claim more than was commanded.
  var overfull: [UInt64] = []
  private var openTrains: [UInt64: PulseTrain] = [:]
  /// The device's count of all its pulses after the last train, where it is sure.
  private var odometer: PulseTotals?

  mutating func visit(_ record: Int, _ entry: LedgerEntry) {
    if first == nil { first = entry.time }
    switch entry.content {
    case .connection(let connection):
      if !devices.contains(connection.device) { devices.append(connection.device) }
      odometer = connection.history?.pulses
    case .intent(let intent):
      openTrains[intent.number] = intent.train
      trainsSinceComparison += 1
      if let before = intent.odometer, let known = odometer, before != known {
        gaps.append(
          note(
            record, entry,
            "before train \(intent.number) the device counted \(before.all) pulses, and after the one "
              + "before it \(known.all)"))
      }
    case .outcome(let outcome): visit(record, entry, outcome)
    case .refusal(let refusal):
      refusals.append(
        LedgerAudit.Refusal(
          record: record, time: entry.time.text, cause: refusal.cause,
          region: refusal.region.description, asked: refusal.asked,
          explanation: refusal.explanation))
    case .reconciliation(let result):
      if !result.agrees || !result.findings.isEmpty {
        notes.append(note(record, entry, result.findings))
      }
      lastComparison = (record, result.agrees, nil, entry.time)
      if result.agrees { trainsSinceComparison = 0 }
    case .adoption(let adoption):
      let unexplained = adoption.unexplained.reduce(0) { $0 + $1.totals.all }
      notes.append(
        note(
          record, entry,
          "\(adoption.operatorName) adopted the device's history (\(adoption.reason)): \(unexplained) "
            + "pulses that no train explains, \(adoption.missing) that the device does not count"))
      lastComparison = (record, true, nil, entry.time)
      if adoption.missing > 0 { adopted = (record, adoption.missing) }
      (trainsSinceComparison, odometer) = (0, adoption.history?.pulses)
    case .disconnection(let end):
      lastComparison = (record, end.agrees, end.pulses, entry.time)
      if end.agrees { trainsSinceComparison = 0 }
    case .reread(let reread):
      notes.append(note(record, entry, "\(reread.region) were read again: \(reread.explanation)"))
    case .genesis, .campaign, .shape, .reading, .checkpoint: break
    }
  }

  private mutating func visit(
    _ record: Int, _ entry: LedgerEntry, _ outcome: LedgerEntry.Outcome
  ) {
    let train = openTrains.removeValue(forKey: outcome.number)
    if let train, outcome.fired.all + outcome.uncertain > train.totals.all {
      overfull.append(outcome.number)
    }
    if outcome.uncertain > 0 {
      uncertain.append(
        LedgerAudit.UncertainTrain(
          record: record, number: outcome.number, region: train?.region.description ?? "",
          fired: outcome.fired.all, uncertain: outcome.uncertain,
          explanation: outcome.explanation))
    }
    if let after = outcome.odometer, let before = odometer, outcome.uncertain == 0,
      after != before + outcome.fired
    {
      gaps.append(
        note(
          record, entry,
          "train \(outcome.number) fired \(outcome.fired.all) pulses, and the device counted "
            + "\(after.all - before.all)"))
    }
    odometer =
      outcome.uncertain > 0 ? nil : outcome.odometer ?? odometer.map { $0 + outcome.fired }
  }

  private func note(_ record: Int, _ entry: LedgerEntry, _ text: String) -> LedgerAudit.Note {
    LedgerAudit.Note(record: record, time: entry.time.text, text: text)
  }
}

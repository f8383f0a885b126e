import DeviceContract
import Foundation
import PulseLedger

extension LedgerEntry.Content {
  /// The kind, as lists and exports name it.
  var kindName: String {
    switch self {
    case .genesis: "genesis"
    case .connection: "connection"
    case .campaign: "campaign"
    case .shape: "shape"
    case .intent: "intent"
    case .outcome: "outcome"
    case .refusal: "refusal"
    case .reading: "reading"
    case .reconciliation: "reconciliation"
    case .adoption: "adoption"
    case .checkpoint: "checkpoint"
    case .disconnection: "disconnection"
    case .reread: "reread"
    }
  }

  /// What it says, in a line.
  var summary: String {
    switch self {
    case .genesis(let genesis):
      return "\(genesis.level == .run ? "run" : "chip") \(genesis.name), "
        + "\(genesis.tiles) of \(genesis.rows) x \(genesis.columns) cells, by \(genesis.program)"
    case .connection(let connection):
      let device = connection.device
      let history = connection.history.map {
        ", train \($0.last), \($0.pulses.all) pulses so far"
      }
      return "\(device.model) \(device.serialNumber), firmware \(device.firmware)\(history ?? "")"
    case .campaign(let campaign):
      return "\(campaign.algorithm), run \(campaign.run.uuidString.lowercased())"
    case .shape(let shape): return shape.summary
    case .intent(let intent):
      let train = intent.train
      return "train \(intent.number): \(train.cause.rawValue), \(train.kind.rawValue), "
        + "\(train.region), \(train.totals.text), shape \(intent.shape)"
    case .outcome(let outcome):
      return "train \(outcome.number): \(outcome.status.rawValue), \(outcome.fired.text)"
        + (outcome.uncertain > 0 ? ", \(outcome.uncertain) uncertain" : "")
        + (outcome.source == .receipt ? "" : ", by \(outcome.source.name)")
        + (outcome.explanation.isEmpty ? "" : ": \(outcome.explanation)")
    case .refusal(let refusal):
      return "\(refusal.cause.rawValue), \(refusal.region), \(refusal.asked.text) asked: "
        + refusal.explanation
    case .reading(let reading): return "\(reading.region), \(reading.averages) samples a cell"
    case .reread(let reread):
      return "\(reread.region), \(reread.averages) samples a cell: \(reread.explanation)"
    case .reconciliation(let result):
      return (result.agrees ? "agrees" : "DOES NOT AGREE")
        + (result.settled > 0 ? ", \(result.settled) trains settled" : "")
        + (result.findings.isEmpty ? "" : ": \(result.findings)")
    case .adoption(let adoption):
      let unexplained = adoption.unexplained.reduce(0) { $0 + $1.totals.all }
      return "by \(adoption.operatorName): \(adoption.reason) (\(unexplained) pulses unexplained, "
        + "\(adoption.missing) missing)"
    case .checkpoint(let checkpoint):
      let key = checkpoint.publicKey.prefix(8).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      return "signed by \(key.joined())..."
    case .disconnection(let end):
      return "\(end.status), the odometer \(end.agrees ? "agrees" : "DOES NOT AGREE"): "
        + end.pulses.text
    }
  }
}

extension PulseTotals {
  /// Such as "4000 up and 4000 down".
  var text: String { "\(up) up and \(down) down" }
}

extension PulseShape {
  /// Such as "1.2 V, 100 ns wide, every 1 µs".
  var summary: String {
    "\(amplitude), \(width) wide, every \(period)"
      + (compliance.map { ", at most \($0)" } ?? "")
  }
}

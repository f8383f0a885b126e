import AnalogTraining
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger

extension TrainingReport {
  /// What `run.json` and `--json` hold; units are in the names.
  public struct Record: Encodable, Sendable {
    let schema = "tare-training"
    let version = 1
    let id: UUID
    let status: RunMark.Status
    let settings: [String: String]
    let device: DeviceIdentity
    let started, finished: Date
    let stoppedBy: String?
    /// Mini-batches at the checkpoint from which it began anew, since what came after could not be followed; pulses of
    /// steps that were left behind are in no array's sum, but in `pulses`.
    let restartedAt: Int?
    let data: String
    let steps: Int
    let epochs: [EpochRecord]
    let accuracy, loss: Double?
    let counts: RuleTally
    /// Pulses of each array over all layers, the one that gradients pulse first.
    let pulsesOfArrays: [PulseTotals]
    let tracking: TrackingError?
    let trackingCourse: [TrackingError?]
    /// Layer by layer; none without a watch.
    let alarms: [[DriftAlarm]]?
    let pulsesByCause: [String: PulseTotals]
    let pulsesUp, pulsesDown, pulses, uncertainPulses: Int
    let trains, reads, halfSelectExposures, extraReads, readsLost: Int
    let deviceTimeSeconds, energyJoules: Double
  }

  /// The record of this training.
  public var record: Record {
    let (trainer, totals) = (result.trainer, account.totals)
    return Record(
      id: run.id,
      status: result.stoppedBy == nil && result.failedBy == nil ? .finished : .interrupted,
      settings: run.settings, device: device, started: run.started, finished: finished,
      stoppedBy: result.stoppedBy?.explanation ?? result.failedBy.map { "\($0)" },
      restartedAt: result.restart?.step, data: data,
      steps: trainer.step,
      epochs: trainer.epochs, accuracy: trainer.epochs.last?.accuracy,
      loss: trainer.epochs.last?.loss, counts: trainer.tally, pulsesOfArrays: trainer.pulses,
      tracking: tracking, trackingCourse: course,
      alarms: layers.contains { !$0.alarms.isEmpty } ? layers.map(\.alarms) : nil,
      pulsesByCause: Dictionary(
        uniqueKeysWithValues: account.pulses.map { ($0.key.rawValue, $0.value) }),
      pulsesUp: totals.up, pulsesDown: totals.down, pulses: totals.all,
      uncertainPulses: account.uncertain, trains: account.trains, reads: account.reads,
      halfSelectExposures: account.exposures, extraReads: account.extraReads,
      readsLost: account.readsLost, deviceTimeSeconds: account.time.value,
      energyJoules: account.energy.value)
  }

  /// The tables for the terminal.
  public var table: String {
    let trainer = result.trainer
    var text = ""
    if let last = trainer.epochs.last {
      text += "\(trainer.step) mini-batches in \(trainer.epochs.count) epochs"
      if let loss = last.loss { text += String(format: ", loss %.4f", loss) }
      if let accuracy = last.accuracy {
        text += String(format: ", %.2f %% of the test images right", 100 * accuracy)
      }
      text += "\n\n"
    }
    var table = TextTable(columns: [
      .init("array", alignment: .left), .init("pulses up", alignment: .right),
      .init("pulses down", alignment: .right), .init("up fraction", alignment: .right),
    ])
    for (array, pulses) in trainer.pulses.enumerated() {
      table.append([
        name(of: array), "\(pulses.up)", "\(pulses.down)",
        pulses.all > 0 ? String(format: "%.4f", Double(pulses.up) / Double(pulses.all)) : "",
      ])
    }
    if !trainer.pulses.isEmpty { text += table.text + "\n" }
    let tally = trainer.tally
    text +=
      "\(tally.cycles) pulse cycles of gradients, \(tally.columnReads) columns read, \(tally.flips) flips of "
      + "choppers\n\(account.totals.all) pulses, \(account.reads) cells read, \(account.exposures) half-select "
      + "exposures, \(EngineeringNotation.format(account.time.value, unit: "s", digits: 4)) on the device, "
      + "\(EngineeringNotation.format(account.energy.value, unit: "J", digits: 4))\n"
    if let tracking {
      text += String(
        format:
          "tracked symmetric points of %d pulsed cells: rms error %.4f, correlation %.4f, where the true ones "
          + "spread by %.4f\n", tracking.cells, tracking.rms, tracking.correlation,
        tracking.trueDeviation)
    }
    for (layer, tracked) in layers.enumerated() {
      for alarm in tracked.alarms { text += "ALARM, layer \(layer + 1): \(alarm.words)\n" }
    }
    return text
  }

  /// What the pulses of an array are for.
  func name(of array: Int) -> String {
    let slow = slowArray
    return switch array {
    case 0: slow == 0 ? "weights" : "fast"
    case slow: "slow"
    default: array > slow ? "reference" : "array \(array)"
    }
  }

  /// The array that holds the weights.
  var slowArray: Int { result.trainer.rules.first?.programmed ?? 0 }
}

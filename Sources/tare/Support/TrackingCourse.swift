import AnalogTraining
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import SimulatedCrossbar

/// What a training says of symmetric points, epoch by epoch, beside the truth where there is one.
actor TrackingCourse {
  private let opened: OpenedDevice
  private let epochs: Int
  private(set) var errors: [TrainingReport.TrackingError?] = []

  init(_ opened: OpenedDevice, epochs: Int) { (self.opened, self.epochs) = (opened, epochs) }

  /// Takes what an interrupted training had found by its checkpoint.
  func take(_ errors: [TrainingReport.TrackingError?]) { self.errors = errors }

  /// Takes an epoch that has ended, and says how far the training is.
  func add(_ trainer: Trainer, on device: MeteredDevice) async throws -> String {
    let tracked = try await layers(trainer, on: device)
    errors.append(TrainingReport.trackingError(of: tracked))
    let last = trainer.epochs[trainer.epochs.count - 1]
    var text = "epoch \(last.epoch) of \(epochs): loss \(Self.short(last.loss ?? .nan))"
    if let accuracy = last.accuracy { text += ", \(Self.short(100 * accuracy)) % right" }
    if let error = errors[errors.count - 1] { text += ", tracked within \(Self.short(error.rms))" }
    let alarms = tracked.reduce(0) { $0 + $1.alarms.count }
    if alarms > 0 { text += ", \(alarms) alarms of the watch" }
    return text + ", \(await device.account.totals.all) pulses"
  }

  /// What the rules know of the fast array of each layer; none where they track nothing.
  func layers(
    _ trainer: Trainer, on device: MeteredDevice
  ) async throws -> [TrainingReport.TrackedLayer] {
    var layers: [TrainingReport.TrackedLayer] = []
    for (layer, rule) in trainer.rules.enumerated() {
      guard let tracker = rule.reference else { continue }
      let region = trainer.plan.region(layer: layer, array: FastArray.fast)
      layers.append(
        TrainingReport.TrackedLayer(
          region: region, estimates: tracker.estimate.values, spreads: tracker.spread.values,
          counts: await device.counts(of: region),
          truth: try await opened.simulator?.symmetricPoints(of: region), alarms: rule.alarms))
    }
    return layers
  }

  private static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}

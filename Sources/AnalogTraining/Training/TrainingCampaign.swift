public import DeviceContract
public import PulseLedger

/// A training from its first pulse to its last, or to where a limit or a signal ends it.
public struct TrainingCampaign: Sendable {
  /// What is trained, and how.
  public let settings: TrainingSettings
  /// What it learns from.
  public let data: DataSet
  /// What it is tested with after each epoch.
  public let test: DataSet

  /// Puts a campaign together.
  public init(_ settings: TrainingSettings, data: DataSet, test: DataSet) {
    (self.settings, self.data, self.test) = (settings, data, test)
  }

  /// Trains on a device.
  ///
  /// - Parameter ended: is told of each epoch, as soon as it has been tested.
  /// - Throws: ``TrainingError`` where the device does not fit, and whatever failed before the first step. Limits, cancels
  ///   and a device that is gone end the training, and so do a loss that is no number and a train that is refused on
  ///   the way; what was learnt is kept.
  public func run(
    on device: MeteredDevice, ended: (Trainer) async throws -> Void = { _ in }
  ) async throws -> TrainingResult {
    var trainer = try Trainer(settings, on: device)
    do {
      try await trainer.prepare()
      while trainer.epochs.count < settings.epochs {
        try await trainer.runEpoch(data)
        _ = try await trainer.accuracy(on: test)
        try await ended(trainer)
      }
    } catch {
      if let stop = error as? DeviceError, stop.code != .refused {
        return TrainingResult(trainer: trainer, stoppedBy: stop)
      }
      guard trainer.step > 0 else { throw error }
      return TrainingResult(trainer: trainer, stoppedBy: nil, failedBy: error)
    }
    return TrainingResult(trainer: trainer, stoppedBy: nil)
  }
}

/// What a training has come to.
public struct TrainingResult: Sendable {
  /// The network and the rules as they are at the end.
  public let trainer: Trainer
  /// Why it ended before all epochs were done.
  public let stoppedBy: DeviceError?
  /// What failed on the way: going on would fail again.
  public var failedBy: (any Error)?
}

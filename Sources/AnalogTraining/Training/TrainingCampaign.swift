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
  /// - Throws: ``TrainingError`` where the device does not fit, ``TrainingDataError`` where the loss is no number, and
  ///   ``DeviceError/Code/refused``. Limits, cancels and a device that is gone end the training; what was learnt
  ///   is kept.
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
    } catch let error as DeviceError {
      guard error.code != .refused else { throw error }
      return TrainingResult(trainer: trainer, stoppedBy: error)
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
}

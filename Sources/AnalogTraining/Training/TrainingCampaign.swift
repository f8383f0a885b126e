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
  /// - Parameters:
  ///   - earlier: where an interrupted training was kept; it goes on from there, by what the ledger tells as far as
  ///     that reaches.
  ///   - keep: is given the training between steps, and says when to keep it.
  ///   - ended: is told of each epoch, as soon as it has been tested.
  /// - Throws: ``TrainingError`` where the device or the checkpoint does not fit, and whatever failed before the first
  ///   step. Limits, cancels and a device that is gone end the training, and so do a loss that is no number and a train
  ///   that is refused on the way; what was learnt is kept.
  public func run(
    on device: MeteredDevice, from earlier: Earlier? = nil,
    keep: (Trainer, Moment) async throws -> Void = { _, _ in },
    ended: (Trainer) async throws -> Void = { _ in }
  ) async throws -> TrainingResult {
    var trainer = try Trainer(settings, on: device)
    var restart: Restart?
    do {
      if let earlier {
        if let record = earlier.record {
          trainer = try Trainer(settings, on: device, from: earlier.checkpoint)
          try await device.passOver(through: record)
        } else {
          restart = try await begin(&trainer, anewFrom: earlier, on: device)
        }
      } else {
        try await trainer.prepare()
        try await keep(trainer, .begun)
      }
      do {
        try await train(&trainer, keep: keep, ended: ended)
      } catch let error as DeviceError {
        guard error.code == .readingLost, let earlier, restart == nil else { throw error }
        restart = try await begin(&trainer, anewFrom: earlier, on: device)
        try await train(&trainer, keep: keep, ended: ended)
      }
    } catch {
      guard let stop = error as? DeviceError, stop.code != .refused else {
        guard trainer.step > 0, error is DeviceError || error is TrainingDataError else {
          throw error
        }
        return TrainingResult(
          trainer: trainer, stoppedBy: nil, failedBy: error, restart: restart)
      }
      // Where it cannot be kept, the ledger is enough to go on.
      if trainer.isBetweenSteps, !trainer.epochs.isEmpty { try? await keep(trainer, .stopped) }
      return TrainingResult(trainer: trainer, stoppedBy: stop, restart: restart)
    }
    return TrainingResult(trainer: trainer, stoppedBy: nil, restart: restart)
  }

  private func train(
    _ trainer: inout Trainer, keep: (Trainer, Moment) async throws -> Void,
    ended: (Trainer) async throws -> Void
  ) async throws {
    while trainer.epochs.count < settings.epochs || trainer.isInEpoch(of: data)
      || trainer.epochs.last?.accuracy == nil
    {
      let isTested = trainer.epochs.last.map { $0.accuracy != nil } ?? true
      if isTested || trainer.isInEpoch(of: data) {
        try await trainer.runEpoch(data) { try await keep($0, .betweenSteps) }
      }
      _ = try await trainer.accuracy(on: test)
      try await ended(trainer)
      try await keep(trainer, .epochEnded)
    }
  }

  /// What came after the checkpoint cannot be done again in thought, since what it had read is gone: its pulses count, and
  /// the training goes on from the checkpoint with the cells as they are.
  private func begin(
    _ trainer: inout Trainer, anewFrom earlier: Earlier, on device: MeteredDevice
  ) async throws -> Restart {
    trainer = try Trainer(settings, on: device, from: earlier.checkpoint)
    try await device.passOver()
    try await trainer.readAll()
    return Restart(step: trainer.step)
  }

  /// When a training can be kept.
  public enum Moment: Sendable, Hashable {
    /// The arrays are prepared, and no step is done.
    case begun
    /// Between two steps of an epoch.
    case betweenSteps
    /// An epoch is done and tested.
    case epochEnded
    /// A limit or a signal ends the training between two steps.
    case stopped
  }

  /// Where an interrupted training was kept.
  public struct Earlier: Sendable {
    /// What it knew.
    public var checkpoint: TrainingCheckpoint
    /// The last record of the run's ledger at that time; nil where a loss of power has taken that record, so that what was
    /// fired after it cannot be followed.
    public var record: Int?

    /// Puts both together.
    public init(_ checkpoint: TrainingCheckpoint, record: Int?) {
      (self.checkpoint, self.record) = (checkpoint, record)
    }
  }

  /// That steps after a checkpoint could not be followed again.
  public struct Restart: Sendable, Hashable {
    /// Mini-batches that were done at the checkpoint.
    public var step: Int
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
  /// Where it began anew, if steps after a checkpoint could not be followed again.
  public var restart: TrainingCampaign.Restart?
}

import DeviceContract

/// One training of a study, and what came of it.
public struct TrainingTrial: Sendable, Hashable, Codable {
  /// The rule, as the study names it.
  public var rule: String
  /// What the reference of the fast array is off by: mean and standard deviation over cells, in weights.
  public var referenceMean: Double
  /// See ``referenceMean``.
  public var referenceDeviation: Double
  /// The seed of device and training.
  public var seed: UInt64
  /// The part of the test images that are classified rightly after the last epoch.
  public var accuracy = 0.0
  /// The mean loss of the last epoch.
  public var loss = 0.0
  /// Images learnt from, each counted once an epoch.
  public var samples = 0
  /// Pulses of the array that gradients pulse, over samples.
  public var fastPulsesPerSample = 0.0
  /// The part of them that go up.
  public var upFraction = 0.0
  /// Pulses of the array that holds the weights, over samples; 0 where that is the same.
  public var slowPulsesPerSample = 0.0
  /// What the rules counted.
  public var counts = RuleTally()

  /// A training that has not begun.
  public init(
    rule: String, referenceMean: Double, referenceDeviation: Double, seed: UInt64
  ) {
    (self.rule, self.seed) = (rule, seed)
    (self.referenceMean, self.referenceDeviation) = (referenceMean, referenceDeviation)
  }

  /// Takes what a training has come to.
  public mutating func take(_ trainer: Trainer) {
    let (last, pulses) = (trainer.epochs.last, trainer.pulses)
    (accuracy, loss) = (last?.accuracy ?? 0, last?.loss ?? 0)
    (samples, counts) = (trainer.step * trainer.settings.batch, trainer.tally)
    let each = 1 / Double(max(1, samples))
    if let fast = pulses.first {
      fastPulsesPerSample = Double(fast.all) * each
      upFraction = fast.all > 0 ? Double(fast.up) / Double(fast.all) : 0
    }
    if pulses.count > 1, let slow = pulses.last {
      slowPulsesPerSample = Double(slow.all) * each
    }
  }
}

import DeviceContract

/// One training of a study, and what came of it.
public struct TrainingTrial: Sendable, Hashable, Codable {
  /// What a study varies besides the rule.
  public struct Condition: Sendable, Hashable, Codable {
    /// Its name in tables, in snake case.
    public var name: String
    /// Its value in this training.
    public var value: Double

    /// Names a value.
    public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
  }

  /// The rule, as the study names it.
  public var rule: String
  /// What else the study varies, in the order of its columns.
  public var conditions: [Condition]
  /// The seed of device and training.
  public var seed: UInt64
  /// The part of the test images that are classified rightly after the last epoch.
  public var accuracy = 0.0
  /// The mean loss of the last epoch.
  public var loss = 0.0
  /// Epochs that were trained.
  public var epochs = 0
  /// Images learnt from, each counted once an epoch.
  public var samples = 0
  /// Pulses of the array that gradients pulse, over samples.
  public var fastPulsesPerSample = 0.0
  /// The part of them that go up.
  public var upFraction = 0.0
  /// Pulses of the array that holds the weights, over samples; 0 where that is the same.
  public var slowPulsesPerSample = 0.0
  /// Pulses of all cells of all arrays that the training fired, without what was found before it.
  public var trainingPulses = 0
  /// Pulses of all cells that were fired before the training, to find symmetric points.
  public var calibrationPulses = 0
  /// Slots in time of the gradients' trains on one array: the mean over the layers, whose arrays work side by side.
  public var trainingCycles = 0
  /// The same as arXiv 2602.21321 counts: one train of full length a mini-batch.
  public var paperCycles = 0
  /// Slots in time of zero-shifting on one array: a pulse a cell.
  public var calibrationCycles = 0
  /// Whether the loss that was asked for was reached; nil where none was.
  public var isReached: Bool?
  /// What the rules counted.
  public var counts = RuleTally()

  /// A training that has not begun.
  public init(rule: String, conditions: [Condition] = [], seed: UInt64) {
    (self.rule, self.conditions, self.seed) = (rule, conditions, seed)
  }

  /// The value of a condition; nil where the study does not have it.
  public subscript(condition: String) -> Double? {
    conditions.first { $0.name == condition }?.value
  }

  /// Takes what a training has come to.
  public mutating func take(_ trainer: Trainer) {
    let (last, pulses) = (trainer.epochs.last, trainer.pulses)
    (accuracy, loss) = (last?.accuracy ?? 0, last?.loss ?? 0)
    (samples, counts) = (trainer.step * trainer.settings.batch, trainer.tally)
    epochs = trainer.epochs.count
    trainingCycles = counts.cycles / max(1, trainer.rules.count)
    paperCycles = trainer.step * trainer.settings.longestBitLine
    trainingPulses = Int(pulses.reduce(0) { $0 + $1.all })
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

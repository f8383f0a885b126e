public import AnalogTraining

/// A figure of trainings: a column of tables and of files.
public struct TrialColumn: Sendable {
  /// Its name in files.
  public var name: String
  /// Its heading in tables.
  public var heading: String
  /// Decimals in tables.
  public var digits: Int
  /// What it is multiplied by in tables.
  public var scale: Double
  /// The figure; nil where a training has none.
  public var value: @Sendable (TrainingTrial) -> Double?

  init(
    _ name: String, _ heading: String, digits: Int = 0, scale: Double = 1,
    _ value: @escaping @Sendable (TrainingTrial) -> Double?
  ) {
    (self.name, self.heading, self.digits) = (name, heading, digits)
    (self.scale, self.value) = (scale, value)
  }

  /// Test images that are classified rightly.
  public static let accuracy = TrialColumn(
    "accuracy", "test accuracy (%)", digits: 2, scale: 100
  ) { $0.accuracy }
  /// The mean loss of the last epoch.
  public static let loss = TrialColumn("loss", "training loss", digits: 4) { $0.loss }
  /// Passes over the data.
  public static let epochs = TrialColumn("epochs", "epochs") { Double($0.epochs) }
  /// Images learnt from.
  public static let samples = TrialColumn("samples", "samples") { Double($0.samples) }
  /// Pulses of the array that gradients pulse.
  public static let fastPulses = TrialColumn(
    "fast_pulses_per_sample", "fast pulses/sample", digits: 3
  ) { $0.fastPulsesPerSample }
  /// The part of them that go up.
  public static let upFraction = TrialColumn("up_fraction", "up fraction", digits: 4) {
    $0.upFraction
  }
  /// Pulses of the array that holds the weights.
  public static let slowPulses = TrialColumn(
    "slow_pulses_per_sample", "slow pulses/sample", digits: 5
  ) { $0.slowPulsesPerSample }
  /// Slots in time of one array's gradients.
  public static let trainingCycles = TrialColumn("training_cycles", "training cycles") {
    Double($0.trainingCycles)
  }
  /// The same as the paper counts them.
  public static let paperCycles = TrialColumn("paper_cycles", "as the paper counts") {
    Double($0.paperCycles)
  }
  /// Slots in time of zero-shifting on one array.
  public static let calibrationCycles = TrialColumn("calibration_cycles", "calibration cycles") {
    Double($0.calibrationCycles)
  }
  /// Pulses of cells in the training.
  public static let trainingPulses = TrialColumn("training_pulses", "training pulses") {
    Double($0.trainingPulses)
  }
  /// Pulses of cells before it.
  public static let calibrationPulses = TrialColumn(
    "calibration_pulses", "of it calibration (million)", digits: 3, scale: 1e-6
  ) {
    Double($0.calibrationPulses)
  }
  /// Pulses of all arrays, over samples.
  public static let allPulses = TrialColumn("pulses_per_sample", "pulses/sample", digits: 2) {
    $0.samples > 0 ? Double($0.trainingPulses) / Double($0.samples) : nil
  }
  /// Columns read.
  public static let reads = TrialColumn("column_reads", "reads") { Double($0.counts.columnReads) }
  /// Changes of sign.
  public static let flips = TrialColumn("flips", "flips") { Double($0.counts.flips) }
  /// 1 where the loss that was asked for was reached, 0 where it was not.
  public static let isReached = TrialColumn("reached", "reached") {
    $0.isReached.map { $0 ? 1 : 0 }
  }

  /// Both cycles, of trainings that reached their loss alone: a number for those that did not would say what was spent
  /// in vain.
  public static let cyclesToLoss = TrialColumn("cycles_to_loss", "cycles of an array") {
    $0.isReached == true ? Double($0.calibrationCycles + $0.trainingCycles) : nil
  }
  /// Both cycles as the paper counts them, of trainings that reached their loss alone.
  public static let paperCyclesToLoss = TrialColumn(
    "paper_cycles_to_loss", "as the paper counts"
  ) { $0.isReached == true ? Double($0.calibrationCycles + $0.paperCycles) : nil }
  /// Passes over the data, of trainings that reached their loss alone.
  public static let epochsToLoss = TrialColumn("epochs_to_loss", "epochs", digits: 1) {
    $0.isReached == true ? Double($0.epochs) : nil
  }
  /// Both sums of pulses, of trainings that reached their loss alone.
  public static let pulsesToLoss = TrialColumn(
    "pulses_to_loss", "pulses of all cells (million)", digits: 3, scale: 1e-6
  ) { $0.isReached == true ? Double($0.calibrationPulses + $0.trainingPulses) : nil }

  /// Those of a file.
  static let filed = [
    accuracy, loss, epochs, samples, fastPulses, upFraction, slowPulses, trainingCycles,
    paperCycles,
    calibrationCycles, trainingPulses, calibrationPulses, reads, flips, isReached,
  ]
}

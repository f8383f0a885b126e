public import AnalogTraining
import ResponseModels

/// Rules against the error of the fast array's reference, on cells of four states: tables 1 and 2 of arXiv 2602.21321.
public struct ReferenceStudy: TrainingStudy {
  /// The steps on the fast array.
  public enum Rates: String, Sendable, CaseIterable {
    /// Alike for all rules, so that they spend about the same pulses on it.
    case equal
    /// In the ratios of Table 5 of the paper, where that of E-RIDER is ten times that of AGAD.
    case paper
  }

  /// What a reference is off by: mean and standard deviation over cells, in weights.
  public struct Reference: Sendable, Hashable {
    /// The mean.
    public var mean: Double
    /// The standard deviation.
    public var deviation: Double

    /// An error of a mean and a standard deviation.
    public init(mean: Double, deviation: Double) {
      (self.mean, self.deviation) = (mean, deviation)
    }

    /// What cells have that are off by it, by the names of parameters.
    var parameters: [String: Double] { ["reference_mean": mean, "reference_std": deviation] }

    /// Those of the paper: four means, six standard deviations.
    public static let paper = [0, 0.2, 0.3, 0.4].flatMap { mean in
      [0.05, 0.2, 0.3, 0.4, 0.7, 1].map { Reference(mean: mean, deviation: $0) }
    }
  }

  /// What all trainings learn.
  public let data: StudyData
  /// The rules, as they are named and published.
  public var rules: [RuleSettings]
  /// The errors.
  public var references: [Reference]
  /// The steps.
  public var rates = Rates.equal
  /// Seeds, counted from 1.
  public var seeds = 5
  /// Passes over the data.
  public var epochs: Int

  /// A study of some rules and errors, with the epochs of the paper, or 60 of the digits.
  public init(_ data: StudyData, rules: [RuleSettings], references: [Reference]) {
    (self.data, self.rules, self.references) = (data, rules, references)
    epochs = data.isDigits ? 60 : 40
  }

  /// What is compared, in a line.
  public var title: String {
    "\(data.name), \(epochs) epochs, "
      + (rates == .equal ? "equal steps on the fast array" : "steps as in the paper")
  }

  /// Every training.
  public var trainings: [SimulatedTraining] {
    get throws {
      let device = DeviceDescription(try Preset.named("reram-hfo2"))
      var trainings: [SimulatedTraining] = []
      for rule in rules {
        let rated = try rated(rule)
        for reference in references {
          for seed in 1...max(1, seeds) {
            let trial = TrainingTrial(
              rule: rule.name,
              conditions: [
                .init("reference_mean", reference.mean),
                .init("reference_deviation", reference.deviation),
              ], seed: UInt64(seed))
            var training = SimulatedTraining(trial, rule: rated, device: device)
            training.epochs = epochs
            // Of analog SGD the only array, of all others the fast one.
            training.fastArray = reference.parameters
            trainings.append(training)
          }
        }
      }
      return trainings
    }
  }

  /// What is known of the rates: the published ones, those that suit the digits, or the latter in the ratios of
  /// Table 5 of the paper.
  private func rated(_ rule: RuleSettings) throws -> RuleSettings {
    var changes = RuleSettings.Changes()
    switch (rates, data.isDigits, rule) {
    case (.equal, true, _): return rule.suitingDigits()
    // The transfers of the independent simulator of docs/training.md at equal steps, on MNIST.
    case (.equal, false, .agad): (changes.fastRate, changes.transferRate) = (0.5, 0.05)
    case (.equal, false, .bufferedTikiTaka): (changes.fastRate, changes.transferRate) = (0.5, 0.03)
    case (.equal, false, _), (.paper, false, _): return rule
    case (.paper, true, .bufferedTikiTaka): changes.fastRate = 0.06
    case (.paper, true, .agad): changes.fastRate = 0.1
    case (.paper, true, _): changes.fastRate = nil
    }
    return try (data.isDigits ? rule.suitingDigits() : rule).changed(by: changes)
  }
}

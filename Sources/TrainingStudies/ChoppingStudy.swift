import AnalogTraining
import ResponseModels

/// E-RIDER against the probability with which signs turn over: figure 5 of arXiv 2602.21321.
///
/// Without a chopper it is RIDER, whose average has a gain of its own: with the gain that follows from a half-period, 1,
/// nothing would ever be written.
public struct ChoppingStudy: TrainingStudy {
  /// What all trainings learn.
  public let data: StudyData
  /// The probabilities.
  public var probabilities = [0, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
  /// What the reference of the fast array is off by.
  public var references: [ReferenceStudy.Reference] = [
    .init(mean: 0, deviation: 0.05), .init(mean: 0.4, deviation: 1),
  ]
  /// Seeds, counted from 1.
  public var seeds = 5
  /// Passes over the data.
  public var epochs = 200
  /// The gain of the average where there is no chopper.
  public static let gainWithoutChopper: Float = 0.01

  /// The study of the digits.
  public init(_ data: StudyData) { self.data = data }

  /// What is compared, in a line.
  public var title: String { "E-RIDER against chopping: \(data.name), \(epochs) epochs" }

  /// Every training.
  public var trainings: [SimulatedTraining] {
    get throws {
      let device = DeviceDescription(try Preset.named("reram-hfo2"))
      var trainings: [SimulatedTraining] = []
      for reference in references {
        for probability in probabilities {
          for seed in 1...max(1, seeds) {
            var changes = RuleSettings.Changes()
            changes.chopProbability = probability
            if probability == 0 { changes.gain = Self.gainWithoutChopper }
            let rule =
              data.isDigits ? RuleSettings.erider(.init()).suitingDigits() : .erider(.init())
            let trial = TrainingTrial(
              rule: "e-rider",
              conditions: [
                .init("probability", probability), .init("reference_mean", reference.mean),
                .init("reference_deviation", reference.deviation),
              ], seed: UInt64(seed))
            var training = SimulatedTraining(
              trial, rule: try rule.changed(by: changes), device: device)
            training.epochs = epochs
            training.fastArray = reference.parameters
            trainings.append(training)
          }
        }
      }
      return trainings
    }
  }
}

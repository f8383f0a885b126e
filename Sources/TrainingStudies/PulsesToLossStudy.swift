import AnalogTraining
import ResponseModels

/// Pulses until a training loss is reached, by E-RIDER and by two-stage training, for several numbers of states: figure 4 of
/// arXiv 2602.21321.
///
/// The second stage is buffered Tiki-Taka, as there. Zero-shifting is cyclic; what it finds is read out as the last state,
/// as there, and as the mean of the second half.
public struct PulsesToLossStudy: TrainingStudy {
  /// Cells of one number of states, and how networks learn on them.
  ///
  /// Rates were tried with one seed, over three steps on the fast array and four transfer rates, alike for both rules;
  /// probabilities of chopping over three. Where steps are small, a transfer may fire many, or the weights would move
  /// too little.
  public struct Cells: Sendable, Hashable {
    /// States in the range of 2, rounded.
    public var states: Int
    /// The mean step of a pulse.
    public var granularity: Double
    /// The loss to reach: .2 in the paper, where networks are larger.
    public var target: Double
    /// The step on the fast array.
    public var fastRate: Float = 1
    /// The rate of transfers.
    public var transferRate: Float
    /// The most pulses of a cell at a transfer.
    public var mostPulses = 1
    /// The most slots of a bit line.
    public var longestBitLine = 5
    /// The probability that a sign turns over.
    public var chopProbability = 0.05
  }

  /// The cells that settings are known for.
  public static let known = [
    Cells(states: 4, granularity: 0.4622, target: 0.6, transferRate: 0.03),
    Cells(states: 20, granularity: 0.1, target: 0.4, transferRate: 0.1),
    Cells(
      states: 200, granularity: 0.01, target: 0.3, transferRate: 0.3, mostPulses: 10,
      chopProbability: 0.2),
    Cells(
      states: 2_000, granularity: 0.001, target: 0.3, transferRate: 0.3, mostPulses: 100,
      longestBitLine: 31, chopProbability: 0.2),
  ]

  /// What all trainings learn.
  public let data: StudyData
  /// The cells.
  public var cells = known
  /// Pulses of zero-shifting a cell.
  public var pulses = [500, 1_000, 2_000, 4_000, 8_000]
  /// What the fast array's symmetric points are spread by: those of the paper's figure 1.
  public var reference = ReferenceStudy.Reference(mean: -0.2, deviation: 0.3)
  /// Seeds, counted from 1.
  public var seeds = 5
  /// The most passes over the data.
  public var epochs = 60

  /// The study of the digits.
  public init(_ data: StudyData) { self.data = data }

  /// What is compared, in a line.
  public var title: String { "Pulses to a training loss: \(data.name), at most \(epochs) epochs" }

  /// Every training.
  public var trainings: [SimulatedTraining] {
    get throws {
      var trainings: [SimulatedTraining] = []
      for cells in cells {
        var device = DeviceDescription(try Preset.named("reram-hfo2"))
        device.model.dwMin = cells.granularity
        for (name, pulses, rule) in rules(cells) {
          for seed in 1...max(1, seeds) {
            let trial = TrainingTrial(
              rule: name,
              conditions: [
                .init("states", Double(cells.states)), .init("target", cells.target),
                .init("zero_shifting", Double(pulses)),
              ], seed: UInt64(seed))
            var training = SimulatedTraining(trial, rule: rule, device: device)
            (training.epochs, training.target) = (epochs, cells.target)
            training.longestBitLine = cells.longestBitLine
            training.fastArray = reference.parameters
            trainings.append(training)
          }
        }
      }
      return trainings
    }
  }

  private func rules(_ cells: Cells) -> [(name: String, pulses: Int, rule: RuleSettings)] {
    var buffer = BufferSettings(transferRate: cells.transferRate)
    buffer.mostPulses = cells.mostPulses
    var erider = ERIDER.Settings()
    (erider.fastRate, erider.chopProbability) = (cells.fastRate, cells.chopProbability)
    erider.writing = .buffered(buffer)
    var second = BufferedTikiTaka.Settings()
    second.fastRate = cells.fastRate
    (second.buffer.transferRate, second.buffer.mostPulses) = (cells.transferRate, cells.mostPulses)
    var rules: [(String, Int, RuleSettings)] = [("e-rider", 0, .erider(erider))]
    for (name, readOut) in [
      ("two-stage, mean", ReferencePreparation.ReadOut.average(ofLast: 0.5)),
      ("two-stage, last", .last),
    ] {
      for pulses in pulses {
        var settings = TwoStage.Settings()
        settings.second = .buffered(second)
        (settings.preparation.pulses, settings.preparation.readOut) = (pulses, readOut)
        rules.append((name, pulses, .twoStage(settings)))
      }
    }
    return rules
  }
}

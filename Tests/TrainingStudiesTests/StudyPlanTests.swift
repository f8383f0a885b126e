import AnalogTraining
import Foundation
import ResponseModels
import Testing
import TrainingStudies

/// Which trainings the studies are made of.
@Suite struct StudyPlanTests {
  /// A CSV file of ten images of two pixels: other data than the digits.
  static func otherData() throws -> StudyData {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("tare-study-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((0..<10).map { "0,1,\($0 % 2)\n" }.joined().utf8).write(to: file)
    return try StudyData(file.path, network: "2-3-2")
  }

  static func fastRate(_ rule: RuleSettings) -> Float? {
    switch rule {
    case .bufferedTikiTaka(let settings): settings.fastRate
    case .agad(let settings): settings.fastRate
    case .erider(let settings): settings.fastRate
    default: nil
    }
  }

  /// The paper's Table 5 has .03, .05 and .5 for a network that is not the digits'; on them the ratios are kept.
  @Test(arguments: [
    (ReferenceStudy.Rates.equal, false, [Float(0.5), 0.5, 0.5]),
    (.paper, false, [0.03, 0.05, 0.5]), (.equal, true, [1, 1, 1]), (.paper, true, [0.06, 0.1, 1]),
  ])
  func stepsAreEqualOrInTheRatiosOfThePaper(
    rates: ReferenceStudy.Rates, isDigits: Bool, expected: [Float]
  ) throws {
    var study = ReferenceStudy(
      isDigits ? try StudyData("digits") : try Self.otherData(),
      rules: [.bufferedTikiTaka(.init()), .agad(.init()), .erider(.init())],
      references: [.init(mean: 0.4, deviation: 1)])
    (study.rates, study.seeds) = (rates, 2)
    let trainings = try study.trainings
    #expect(trainings.map(\.trial.seed) == [1, 2, 1, 2, 1, 2])
    #expect(trainings.compactMap { Self.fastRate($0.rule) } == expected.flatMap { [$0, $0] })
    for training in trainings {
      #expect(training.fastArray == ["reference_mean": 0.4, "reference_std": 1])
      #expect(training.trial["reference_deviation"] == 1 && training.trial["states"] == nil)
    }
  }

  /// Table 5 has .3 and .01, which are to be multiplied by learning rates that are inferred to be .1 and 1.
  @Test func publishedTransfersAreScaledWithTheLearningRate() {
    #expect(AGAD.Settings().buffer.transferRate == 0.03)
    #expect(BufferedTikiTaka.Settings().buffer.transferRate == 0.01)
  }

  @Test func allErrorsOfThePaperAreThere() {
    let all = ReferenceStudy.Reference.paper
    #expect(all.count == 24 && Set(all).count == 24)
    #expect(all.contains(.init(mean: 0.4, deviation: 0.7)))
  }

  /// The gain of a half-period could fire nothing where there is none.
  @Test func withoutAChopperTheAverageHasAGainThatCanFire() throws {
    let study = ChoppingStudy(try StudyData("digits"))
    let layer = RuleLayer(
      shape: WeightShape(rows: 32, columns: 64), planner: BitLinePlanner(granularity: 0.4622),
      range: 2)
    let initial = Matrix(rows: 32, columns: 64)
    var probabilities: Set<Double> = []
    for training in try study.trainings where training.trial.seed == 1 {
      _ = try training.rule.rule(for: layer, initial: initial)
      guard case .erider(let settings) = training.rule else {
        Issue.record("\(training.rule.name)")
        continue
      }
      #expect(settings.chopProbability == training.trial["probability"])
      #expect((settings.gain == nil) == (settings.chopProbability > 0))
      probabilities.insert(settings.chopProbability)
    }
    #expect(probabilities.count == 8 && probabilities.contains(0))
    var changes = RuleSettings.Changes()
    changes.chopProbability = 0
    let plain = try RuleSettings.erider(.init()).suitingDigits().changed(by: changes)
    let error = #expect(throws: TrainingError.self) {
      _ = try plain.rule(for: layer, initial: initial)
    }
    #expect(error?.code == .cannotFire)
  }

  @Test func bothReadOutsStandBesideERIDER() throws {
    var study = PulsesToLossStudy(try StudyData("digits"))
    (study.seeds, study.pulses) = (1, [500, 8_000])
    let trainings = try study.trainings
    #expect(trainings.count == 4 * (1 + 2 * 2))
    for states in [4.0, 20, 200, 2_000] {
      let part = trainings.filter { $0.trial["states"] == states }
      #expect(part.filter { $0.rule.name == "e-rider" }.map { $0.trial["zero_shifting"] } == [0])
      let stages = part.compactMap { training -> TwoStage.Settings? in
        guard case .twoStage(let settings) = training.rule else { return nil }
        #expect(Double(settings.preparation.pulses) == training.trial["zero_shifting"])
        #expect(training.trial.rule.hasSuffix("last") == (settings.preparation.readOut == .last))
        return settings
      }
      #expect(stages.count == 4)
      // A range of 2; four states are the preset's 4.3.
      #expect(part.allSatisfy { abs(2 / $0.device.model.dwMin / states - 1) < 0.09 })
      #expect(part.allSatisfy { $0.target == $0.trial["target"] && $0.target != nil })
    }
  }

  @Test func eachRuleGetsItsArrays() throws {
    var study = TileStudy(try StudyData("digits"))
    (study.states, study.tiles, study.seeds) = ([10], [2, 5], 1)
    let trainings = try study.trainings
    #expect(trainings.map(\.trial.rule) == ["tt-v1", "tt-v2", "multi-tile", "multi-tile"])
    #expect(trainings.map { Double($0.rule.arrays) } == trainings.map { $0.trial["tiles"] })
    #expect(trainings.map { $0.device.model.dwMin } == [0.2, 0.2, 0.2, 0.2])
    #expect(trainings.allSatisfy { $0.periphery.isIdeal })
  }
}

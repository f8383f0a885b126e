import AnalogTraining
import Foundation
import ResponseModels
import Testing
import TrainingStudies

/// What the studies train, and what is counted of it.
@Suite struct StudyTrainingTests {
  /// A small network on the digits: 64 x 4 and 4 x 10 cells an array.
  static func data() throws -> StudyData { try StudyData("digits", network: "64-4-10") }

  static let cells = 64 * 4 + 4 * 10

  static func training(
    _ rule: RuleSettings, epochs: Int = 2, target: Double? = nil
  ) throws -> SimulatedTraining {
    var training = SimulatedTraining(
      TrainingTrial(rule: rule.name, seed: 3), rule: rule,
      device: DeviceDescription(try Preset.named("reram-hfo2")))
    (training.epochs, training.target) = (epochs, target)
    return training
  }

  @Test func aTrainingEndsWithTheEpochThatReachesItsLoss() async throws {
    let data = try Self.data()
    var losses: [Double] = []
    let rule = RuleSettings.digital(.init())
    let whole = try await Self.training(rule, epochs: 4).run(data) {
      losses.append($0.epochs.last?.loss ?? .nan)
    }
    #expect(whole.epochs == 4 && whole.isReached == nil && whole.loss == losses[3])
    // Between the second and the third epoch, whatever they are.
    try #require(losses[2] < losses[1] && losses[1] < losses[0])
    let target = (losses[1] + losses[2]) / 2
    let reached = try await Self.training(rule, epochs: 4, target: target).run(data)
    #expect(reached.epochs == 3 && reached.isReached == true && reached.loss == losses[2])
    let missed = try await Self.training(rule, epochs: 2, target: target).run(data)
    #expect(missed.epochs == 2 && missed.isReached == false)
  }

  @Test func calibrationIsCountedApartFromTraining() async throws {
    let data = try Self.data()
    var settings = TwoStage.Settings()
    settings.preparation.pulses = 20
    let found = try await Self.training(.twoStage(settings), epochs: 1).run(data)
    #expect(found.calibrationCycles == 20)
    #expect(found.calibrationPulses == 20 * Self.cells)
    // 143 mini-batches of ten: one slot a sample on each of two arrays, or five a mini-batch.
    #expect(found.samples == 1_430 && found.paperCycles == 5 * 143)
    #expect(found.counts.cycles == 2 * 1_430 && found.trainingCycles == 1_430)
    let pulses = (found.fastPulsesPerSample + found.slowPulsesPerSample) * 1_430
    #expect(abs(Double(found.trainingPulses) - pulses) < 0.5)
    let without = try await Self.training(.erider(.init()), epochs: 1).run(data)
    #expect(without.calibrationPulses == 0 && without.calibrationCycles == 0)
  }

  /// What suits the digits begins warm: the coarsest of many arrays would not be written otherwise, nor the loss fall.
  ///
  /// After three epochs the losses of single seeds are 1.67 with a standard deviation of .08, and 2.25 with one of .001.
  @Test func manyArraysLearnFromTheCoarsestOn() async throws {
    let data = try StudyData("digits")
    var settings = MultiTileResidualLearning.Settings()
    settings.tiles = 8
    guard case .multiTile(var suiting) = RuleSettings.multiTile(settings).suitingDigits() else {
      Issue.record("another rule")
      return
    }
    var found: [TrainingTrial] = []
    for startsWarm in [true, false] {
      suiting.startsWarm = startsWarm
      var training = try Self.training(.multiTile(suiting), epochs: 3)
      training.device = TileStudy.device(states: 10)
      training.periphery = .ideal
      found.append(try await training.run(data))
    }
    print("8 arrays, seed 3: losses \(found.map(\.loss))")
    #expect(found[0].loss < 2 && found[1].loss > 2.2)
    #expect(found[0].slowPulsesPerSample > 0.1 && found[1].slowPulsesPerSample == 0)
  }

  @Test func resultsComeInTheOrderOfTheirParts() async throws {
    var done: [Int] = []
    let found = try await sideBySide(Array(0..<20), width: 4, progress: { done.append($0) }) {
      part in
      if part % 3 == 0 { await Task.yield() }
      return part * part
    }
    #expect(found == (0..<20).map { $0 * $0 })
    #expect(done == Array(1...20))
  }

  @Test func aPartThatFailsEndsTheStudy() async {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      _ = try await sideBySide(Array(0..<5), width: 2) { part in
        if part == 3 { throw Failure() }
        return part
      }
    }
  }
}

import AnalogTraining
import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Testing

/// A training that was kept between two steps goes on as if it had not been away.
@Suite struct CheckpointTests {
  /// Steps with images of one stream, whoever does them.
  private static func train(_ trainer: inout Trainer, steps: Range<Int>) async throws {
    for step in steps {
      var random = RandomStream(seed: 17, stream: UInt64(step))
      let images = Matrix(
        rows: 4, columns: 16, values: (0..<64).map { _ in Float(random.uniform()) })
      let labels = (0..<4).map { _ in random.integer(below: 4) }
      _ = try await trainer.train(batch: (images, labels))
    }
  }

  @Test(arguments: StoredRuleTests.all)
  func aTrainingGoesOnFromItsCheckpoint(rule: RuleSettings) async throws {
    var whole = try await RuleBench(rule)
    try await whole.trainer.prepare()
    try await Self.train(&whole.trainer, steps: 0..<120)

    var parted = try await RuleBench(rule)
    try await parted.trainer.prepare()
    try await Self.train(&parted.trainer, steps: 0..<60)
    let bytes = try JSONEncoder().encode(TrainingCheckpoint(of: parted.trainer))
    let kept = try JSONDecoder().decode(TrainingCheckpoint.self, from: bytes)
    parted.trainer = try Trainer(
      parted.trainer.settings, on: parted.trainer.device, from: kept)
    try await Self.train(&parted.trainer, steps: 60..<120)

    #expect(try await parted.traces() == whole.traces())
    #expect(parted.trainer.weights == whole.trainer.weights)
    #expect(parted.trainer.network == whole.trainer.network)
    #expect(parted.trainer.step == whole.trainer.step)
    #expect(parted.trainer.pulses == whole.trainer.pulses)
  }

  /// In an epoch, at its end, and before the first step.
  @Test(arguments: [0, 3, 7, 10]) func anEpochGoesOnWhereItWasKept(batch: Int) async throws {
    struct Kept: Error {}
    var random = RandomStream(seed: 3)
    let data = try DataSet(
      name: "noise",
      images: Matrix(rows: 40, columns: 16, values: (0..<640).map { _ in Float(random.uniform()) }),
      labels: (0..<40).map { $0 % 4 }, classes: 4, shape: ImageShape(height: 4, width: 4))
    func campaign(_ bench: RuleBench) -> TrainingCampaign {
      var settings = bench.trainer.settings
      (settings.batch, settings.epochs) = (4, 2)
      return TrainingCampaign(settings, data: data, test: data)
    }
    let whole = try await RuleBench(.erider(.init()))
    let expected = try await campaign(whole).run(on: whole.trainer.device)

    let parted = try await RuleBench(.erider(.init()))
    var kept: TrainingCheckpoint?
    // Ended there by what has nothing to do with the device.
    _ = try? await campaign(parted).run(
      on: parted.trainer.device,
      keep: { trainer, _ in
        guard trainer.step == batch else { return }
        kept = try TrainingCheckpoint(of: trainer)
        throw Kept()
      })
    let found = try await campaign(parted).run(
      on: parted.trainer.device, from: .init(try #require(kept), record: 0))
    #expect(try await parted.traces().states == whole.traces().states)
    #expect(found.trainer.epochs == expected.trainer.epochs)
    #expect(found.trainer.weights == expected.trainer.weights)
  }

  @Test func aCheckpointOfOtherSettingsIsRefusedByName() async throws {
    let bench = try await RuleBench(.erider(.init()))
    let kept = try TrainingCheckpoint(of: bench.trainer)
    var settings = bench.trainer.settings
    settings.epochs += 1
    _ = try Trainer(settings, on: bench.trainer.device, from: kept)
    settings.batch += 1
    #expect {
      try Trainer(settings, on: bench.trainer.device, from: kept)
    } throws: { error in
      (error as? TrainingError).map { $0.code == .otherSettings && "\($0)".contains("batch") }
        ?? false
    }
  }
}

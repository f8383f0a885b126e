import AnalogTraining
import Foundation
import Testing

/// A rule can be put away in the middle of a training, with all that it knows.
@Suite struct StoredRuleTests {
  static let all: [RuleSettings] = {
    var twoStage = TwoStage.Settings()
    twoStage.preparation.pulses = 20
    var buffered = RIDER.Settings()
    buffered.writing = .buffered(BufferSettings(transferRate: 0.05))
    var smooth = RIDER.Settings()
    smooth.writing = .stochastic(rate: 0.05)
    return [
      .digital(.init()), .analogSGD(.init()), .tikiTaka(.init()), .bufferedTikiTaka(.init()),
      .choppedTikiTaka(.init()), .agad(.init()), .residual(.init()), .bufferedResidual(.init()),
      .rider(buffered), .rider(smooth), .erider(.init()), .halfPeriodERIDER(.init()),
      .twoStage(twoStage),
    ]
  }()

  static func stored<Rule: UpdateRule>(_ rule: Rule) throws -> (any UpdateRule, Data, Data) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try encoder.encode(rule)
    let again = try JSONDecoder().decode(Rule.self, from: bytes)
    return (again, bytes, try encoder.encode(again))
  }

  @Test(arguments: all) func aRuleIsStoredWhole(settings: RuleSettings) async throws {
    let copy = try JSONDecoder().decode(
      RuleSettings.self, from: JSONEncoder().encode(settings))
    #expect(copy == settings)
    var bench = try await RuleBench(settings)
    try await bench.run(steps: 30)
    for rule in bench.trainer.rules {
      let (again, bytes, copy) = try Self.stored(rule)
      #expect(bytes == copy)
      #expect(again.tally == rule.tally)
    }
  }

  /// What most rules know at first is nothing, and that must be told apart from something when it is read back.
  @Test(arguments: all) func aRuleIsStoredBeforeItsFirstStep(settings: RuleSettings) async throws {
    for rule in try await RuleBench(settings).trainer.rules {
      let (again, bytes, copy) = try Self.stored(rule)
      #expect(bytes == copy)
      #expect(again.reference?.spread == rule.reference?.spread)
    }
  }
}

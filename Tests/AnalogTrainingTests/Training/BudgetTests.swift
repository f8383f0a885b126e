import AnalogTraining
import DeviceContract
import PulseLedger
import ReproducibleNoise
import Testing

/// A budget ends a training between two steps, with the cells, the counts and the totals of a training of that many.
@Suite struct BudgetTests {
  static let rules: [RuleSettings] = {
    var erider = ERIDER.Settings()
    (erider.fastRate, erider.chopProbability) = (1, 0.5)
    erider.writing = .buffered(IdentityTests.buffer)
    var agad = AGAD.Settings()
    (agad.fastRate, agad.chopProbability, agad.buffer) = (1, 0.5, IdentityTests.buffer)
    var sgd = AnalogSGD.Settings()
    sgd.rate = 0.5
    var tiles = MultiTileResidualLearning.Settings()
    (tiles.tiles, tiles.fastRate, tiles.every, tiles.everyGrowth) = (3, 1, 1, 2)
    var twoStage = TwoStage.Settings()
    (twoStage.preparation.pulses, twoStage.second) = (10, .buffered(IdentitySettings.buffered))
    return [
      .erider(erider), .agad(agad), .analogSGD(sgd), .multiTile(tiles), .twoStage(twoStage),
    ]
  }()

  /// Trains for some steps, or until something ends it; the pulses of all causes after each step, the preparation first.
  static func course(
    _ bench: inout RuleBench, steps: Int
  ) async throws -> (pulses: [Int], end: DeviceError?) {
    var pulses: [Int] = []
    do {
      try await bench.trainer.prepare()
      var random = RandomStream(seed: 9)
      pulses.append(await bench.trainer.device.account.totals.all)
      for _ in 0..<steps {
        _ = try await bench.trainer.train(batch: RuleBench.batch(using: &random))
        pulses.append(await bench.trainer.device.account.totals.all)
      }
    } catch {
      guard let end = error as? DeviceError else { throw error }
      return (pulses, end)
    }
    return (pulses, nil)
  }

  @Test(arguments: rules) func aBudgetEndsATrainingBetweenTwoSteps(
    rule: RuleSettings
  ) async throws {
    var whole = try await RuleBench(rule)
    let free = try await Self.course(&whole, steps: 60).pulses
    // Exactly what 20, 35 and 50 steps take, and one pulse less than that of 41.
    for budget in [free[20], free[35], free[50], free[41] - 1] {
      var bench = try await RuleBench(
        rule, limits: try LimitSet(PulseBudget(perCampaign: budget)))
      let (pulses, end) = try await Self.course(&bench, steps: 60)
      #expect(end?.code == .overBudget)
      let step = bench.trainer.step
      #expect(pulses == Array(free[...step]), "the same pulses, and none of the step after")
      let account = await bench.trainer.device.account
      #expect(account.totals.all == free[step] && account.totals.all <= budget)
      // It does not end before it must: the next step could have taken what is left and more.
      let transfers = bench.trainer.rules.flatMap(\.mostTransfer).reduce(0) { sum, pulses in
        guard case .uniform(_, let count) = pulses.pattern else { return sum }
        return sum + count * pulses.rows.count * pulses.columns.count
      }
      #expect(free[step + 1] - free[step] + transfers > budget - free[step])
      #expect(try await bench.traces() == RuleBench.traces(rule, steps: step))
    }
  }

  /// A budget that a preparation does not fit into lets nothing of the training begin.
  @Test func aBudgetBelowThePreparationEndsIt() async throws {
    var bench = try await RuleBench(
      Self.rules[4], limits: try LimitSet(PulseBudget(perCampaign: 1_000)))
    let (pulses, end) = try await Self.course(&bench, steps: 1)
    #expect(pulses.isEmpty && end?.code == .overBudget && bench.trainer.step == 0)
    #expect(await bench.trainer.device.account.totals.all <= 1_000)
  }
}

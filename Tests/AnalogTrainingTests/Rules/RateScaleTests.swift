import AnalogTraining
import DeviceContract
import PulseLedger
import ReproducibleNoise
import Testing

/// Learning-rate schedules of the rates of rules, and transfers that are rarer.
@Suite struct RateScaleTests {
  static let all: [RuleSettings] = StoredRuleTests.all + [.multiTile(.init())]

  /// The rates that a rule has, set.
  static func rates(_ rule: RuleSettings, fast: Float, transfer: Float) throws -> RuleSettings {
    var changes = RuleSettings.Changes()
    changes.fastRate = fast
    if rule.transfers { changes.transferRate = transfer }
    var unscaled = changes
    unscaled.autoGranularity = 0
    return try (try? rule.changed(by: unscaled)) ?? rule.changed(by: changes)
  }

  /// All pulses of some mini-batches, with gradients and reads of a stream of their own; and digital weights.
  static func pulses(
    _ settings: RuleSettings, scale: RateScale?, batches: Int = 60
  ) throws -> (pulses: [ArrayPulses], weights: Matrix?, reads: Int) {
    let known = KnownReference(rows: 2, columns: 4, value: 0.1)
    var rule = try settings.rule(
      for: layer(rows: 2, columns: 4, known: known), initial: Matrix(rows: 2, columns: 4))
    if let scale { rule.scaleRates(scale) }
    var (random, data) = (RandomStream(seed: 1), RandomStream(seed: 2))
    var (found, reads) = ([ArrayPulses](), 0)
    func numbers(_ count: Int, _ size: Double) -> [Float] {
      (0..<count).map { _ in Float(data.uniform(-size, size)) }
    }
    for _ in 0..<batches {
      let gradient = LayerGradient(
        inputs: Matrix(rows: 3, columns: 4, values: numbers(12, 1)),
        deltas: Matrix(rows: 3, columns: 2, values: numbers(6, 1)))
      found += rule.update(.outerProducts(gradient), using: &random)
      var answer: [Float]?
      asking: while true {
        switch rule.transfer(answer, using: &random) {
        case .read(_, let columns):
          reads += 1
          answer = numbers(2 * columns.count, 20)
        case .fire(let pulses):
          found += pulses
          answer = []
        case .done: break asking
        }
      }
    }
    return (found, rule.arrays == 0 ? rule.weights(seeing: []) : nil, reads)
  }

  /// Powers of two leave no rounding: scaled rates fire what rates fire that were set so.
  @Test(arguments: all) func scaledRatesAreThoseThatWereSet(rule: RuleSettings) throws {
    var scale = RateScale()
    (scale.fast, scale.transfer) = (0.5, 0.25)
    let high = try Self.rates(rule, fast: 0.5, transfer: 0.04)
    let low = try Self.rates(rule, fast: 0.25, transfer: 0.01)
    let (scaled, set) = (try Self.pulses(high, scale: scale), try Self.pulses(low, scale: nil))
    #expect(scaled.pulses == set.pulses && scaled.weights == set.weights)
    let unscaled = try Self.pulses(high, scale: nil)
    #expect(unscaled.pulses != set.pulses || unscaled.weights != set.weights)
    if rule.transfers {
      #expect(scaled.pulses.contains { $0.array > 0 }, "identities of nothing say nothing")
    }
  }

  @Test func aScheduleHoldsForAllEpochsAfterIt() async throws {
    var bench = try StopTests.campaign(epochs: 3)
    var settings = bench.settings
    settings.fastSchedule = try LearningRateSchedule(parsing: "step:0.001/2")
    bench = TrainingCampaign(settings, data: bench.data, test: bench.test)
    let (one, other) = (
      try await bench.run(on: MeteredDevice(StopTests.crossbar())).trainer.epochs,
      try await StopTests.campaign(epochs: 3).run(on: MeteredDevice(StopTests.crossbar())).trainer
        .epochs
    )
    #expect(Array(one[..<2]) == Array(other[..<2]))
    #expect(one[2].pulses[0].all < other[2].pulses[0].all / 10)
  }

  @Test(arguments: all.filter(\.transfers)) func transfersComeAsRarelyAsIsSaid(
    rule: RuleSettings
  ) throws {
    var changes = RuleSettings.Changes()
    changes.every = 4
    if case .rider(let settings) = rule, case .stochastic = settings.writing {
      // It has no such setting.
      #expect(throws: TrainingError.self) { try rule.changed(by: changes) }
      return
    }
    let found = try Self.pulses(rule.changed(by: changes), scale: nil)
    guard case .multiTile = rule else {
      #expect(found.reads == 15)
      return
    }
    // The first level every 4, the next ones every 20 and 100.
    #expect(found.reads == 15 + 3)
  }
}

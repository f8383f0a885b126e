import AnalogTraining
import DeviceContract
import PulseLedger
import ReproducibleNoise
import SimulatedCrossbar
import Testing

/// E-RIDER whose reference is in cells.
@Suite struct ReferenceArrayTests {
  static func settings(rounds: Int) -> RuleSettings {
    var settings = ERIDER.Settings()
    (settings.fastRate, settings.chopProbability) = (1, 0.25)
    settings.writing = .buffered(BufferSettings(transferRate: 0.1))
    settings.referenceRounds = rounds
    return .erider(settings)
  }

  /// Rounds of a column without a device: it is read, pulsed toward the average, read again, and what it holds is in use.
  @Test func aColumnIsProgrammedWhereItsSignTurnsOver() throws {
    var rule = try Self.settings(rounds: 2).rule(
      for: layer(rows: 2, columns: 1), initial: Matrix(rows: 2, columns: 1))
    #expect(rule.arrays == 3 && rule.programmed == 1)
    var random = RandomStream(seed: 1)
    var steps: [TransferStep] = []
    for _ in 1...4 {
      _ = rule.transfer(nil, using: &random)
      steps.append(rule.transfer([1, -0.5], using: &random))
    }
    guard case .read(array: 2, columns: 0..<1) = steps[3] else {
      Issue.record("\(steps[3])")
      return
    }
    // The average is 1 and -.5, and a pulse .4622: two and a bit up, one down.
    guard case .fire(let pulses) = rule.transfer([0, 0.1], using: &random) else { return }
    #expect(pulses.map(\.pattern) == [.counts([2, -1])] && pulses.map(\.cause) == [.track])
    guard case .read(array: 2, columns: 0..<1) = rule.transfer([], using: &random) else { return }
    guard case .fire(let second) = rule.transfer([0.7, -0.4], using: &random) else { return }
    #expect(second.map(\.pattern) == [.counts([1, 0])])
    _ = rule.transfer([], using: &random)
    guard case .done = rule.transfer([1.1, -0.4], using: &random) else { return }
    // The weights are mixed with what the cells hold: gamma .1, and the sign has turned over.
    let seen = [
      Matrix(rows: 2, columns: 1, values: [2, 2]), Matrix(rows: 2, columns: 1), nil,
    ]
    let weights = rule.weights(seeing: seen).values
    #expect(abs(weights[0] + 0.1 * (2 - 1.1)) < 1e-6 && abs(weights[1] + 0.1 * (2 + 0.4)) < 1e-6)
    #expect(rule.tally.latches == 1)
  }

  /// Its pulses are booked as tracking, and those of the other arrays as they were.
  @Test func itsPulsesAreBookedApart() async throws {
    var bench = try await RuleBench(Self.settings(rounds: 1))
    try await bench.run(steps: 200)
    let trainer = bench.trainer
    let causes = await trainer.device.account.pulses
    let tracked = try #require(causes[.track])
    #expect(trainer.pulses[2].all > 0 && trainer.pulses[2] == tracked)
    #expect(trainer.pulses[0] + trainer.pulses[1] == causes[.train])
    #expect(trainer.tally.latches == trainer.tally.flips && trainer.tally.flips > 0)
    let counted = try await bench.simulator.odometer(
      of: bench.simulator.capabilities.whole(tile: Tile(2)))
    #expect(counted.totals == tracked)
  }
}

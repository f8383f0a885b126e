import AnalogTraining
import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// Cells that move though nobody pulses them are seen, where that is asked for.
@Suite struct RereadTests {
  /// Weights that the network sees after two epochs of steps too small to fire anything, with cells that were written
  /// behind its back after the first.
  static func weights(rereading: Bool) async throws -> (seen: Matrix, cells: [Float], reads: Int) {
    let campaign = try StopTests.campaign(epochs: 2)
    var settings = campaign.settings
    var sgd = AnalogSGD.Settings()
    sgd.rate = 1e-30
    (settings.rule, settings.rereadsEachEpoch) = (.analogSGD(sgd), rereading)
    let simulator = try StopTests.crossbar()
    let device = MeteredDevice(simulator)
    var trainer = try Trainer(settings, on: device)
    try await trainer.prepare()
    try await trainer.runEpoch(campaign.data)
    let region = trainer.plan.region(layer: 0, array: 0)
    let moved = (0..<64).map { Float($0 % 7) / 10 - 0.3 }
    try await simulator.setStates(moved, of: region)
    let before = await device.account.reads
    try await trainer.runEpoch(campaign.data)
    let cells = try await simulator.states(of: region)
    return (trainer.weights[0], cells, await device.account.reads - before)
  }

  @Test func whatHasMovedIsSeenAtTheNextEpoch() async throws {
    let (seen, cells, reads) = try await Self.weights(rereading: true)
    #expect(reads == 64, "one read of each cell, counted")
    // What a write leaves of its noise is in what is seen, not in the state: .27, of which 5 standard deviations.
    let errors = zip(seen.values, cells).map { abs($0 - $1) }
    #expect(errors.allSatisfy { $0 < 5 * 0.27 + 0.1 })
    let blind = try await Self.weights(rereading: false)
    #expect(blind.reads == 0 && blind.seen != seen)
  }
}

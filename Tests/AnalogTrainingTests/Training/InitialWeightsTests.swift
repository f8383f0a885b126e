import AnalogTraining
import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import Testing

/// Initial weights are whole pulses by the mean step, however many they are.
@Suite struct InitialWeightsTests {
  static func trainer(granularity: Float) throws -> (Trainer, SimulatedCrossbar) {
    var device = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    (device.rows, device.columns, device.seed, device.noise) = (4, 16, 2, false)
    let simulator = try SimulatedCrossbar(device)
    let settings = TrainingSettings(
      network: try NetworkDescription(
        parsing: "16-4", image: ImageShape(height: 4, width: 4), classes: 4),
      rule: .analogSGD(.init()), granularity: granularity, range: 2)
    return (try Trainer(settings, on: MeteredDevice(simulator)), simulator)
  }

  /// 0.25 / 2e-6 is 125,000 pulses, and a map of counts holds 32,767 a cell.
  @Test func moreThanAMapHoldsAreSeveralMaps() async throws {
    var (trainer, simulator) = try Self.trainer(granularity: 2e-6)
    let region = trainer.plan.region(layer: 0, array: 0)
    let start = try await simulator.read(ReadRequest(region: region)).weights
    try await trainer.prepare()
    let counts = try await simulator.odometer(of: region)
    let target = Network.initialWeights(WeightShape(rows: 4, columns: 16), layer: 0, seed: 1)
    var largest = 0
    for (cell, target) in target.values.enumerated() {
      let pulses = Int((target - start[cell]) / 2e-6)
      largest = max(largest, abs(pulses))
      #expect(Int(counts.up[cell]) == max(0, pulses) && Int(counts.down[cell]) == max(0, -pulses))
    }
    #expect(largest > 2 * Int(Int16.max))
  }

  @Test func aStepThatCannotBeThatOfTheCellsIsRefused() async throws {
    var (trainer, _) = try Self.trainer(granularity: 1e-9)
    let error = await #expect(throws: TrainingError.self) { try await trainer.prepare() }
    #expect(error?.code == .badSetting && error?.explanation.contains("layer 1") == true)
    #expect(await trainer.device.account.totals.all == 0)
  }
}

import AnalogTraining
import DeviceContract
import PulseLedger
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import Testing

/// A step is few large trains, also where a layer sees many places of an image.
@Suite struct ConvolutionTrainsTests {
  static func trainer(kernel: Int) throws -> (trainer: Trainer, random: RandomStream) {
    let network = try NetworkDescription(
      image: ImageShape(height: 8, width: 8),
      layers: [
        .convolution(channels: 4, kernel: kernel), .activation(.tanh), .fullyConnected(outputs: 3),
      ])
    var sgd = AnalogSGD.Settings()
    sgd.rate = 2
    var settings = TrainingSettings(
      network: network, rule: .analogSGD(sgd), granularity: 0.4622, range: 2)
    settings.programsInitialWeights = false
    var device = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    (device.rows, device.columns, device.seed) = (8, 160, 4)
    let simulator = try SimulatedCrossbar(device)
    return (try Trainer(settings, on: MeteredDevice(simulator)), RandomStream(seed: 8))
  }

  /// Trains of each of some steps of five images, and the pulses of all.
  static func trains(kernel: Int) async throws -> (trains: [Int], pulses: Int) {
    var (trainer, random) = try Self.trainer(kernel: kernel)
    try await trainer.prepare()
    var (found, before) = ([Int](), 0)
    for _ in 0..<20 {
      let images = Matrix(
        rows: 5, columns: 64, values: (0..<320).map { _ in Float(random.uniform()) })
      let labels = (0..<5).map { _ in random.integer(below: 3) }
      _ = try await trainer.train(batch: (images, labels))
      let trains = await trainer.device.account.trains
      found.append(trains - before)
      before = trains
    }
    return (found, await trainer.device.account.totals.all)
  }

  @Test func manyPlacesAreOneMapOfCounts() async throws {
    // 36 places of each image: one map, and an outer product an image of the layer behind it.
    let many = try await Self.trains(kernel: 3)
    #expect(many.trains.allSatisfy { $0 <= 1 + 5 } && many.pulses > 0)
    // 9 places: outer products, of which some have nothing to fire.
    let few = try await Self.trains(kernel: 6)
    #expect(few.trains.allSatisfy { $0 <= 9 * 5 + 5 })
    #expect(few.trains.contains { $0 > 1 + 5 })
  }
}

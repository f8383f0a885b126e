import AnalogTraining
import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar

/// The device of docs/training.md: linear responses around symmetric points that differ.
enum ToyBench {
  static func run(
    _ toy: QuadraticToy, tiles: Int, pointMean: Double, pointSpread: Double
  ) async throws -> QuadraticToy.Outcome {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.tiles, settings.rows, settings.columns) = (tiles, toy.rows, toy.columns)
    settings.seed = toy.seed
    settings.device.model.dwMin = Double(toy.granularity)
    settings.device.model.referenceMean = -pointMean
    settings.device.model.referenceStd = pointSpread
    let simulator = try SimulatedCrossbar(settings)
    var points: [[Double]] = []
    for tile in 0..<tiles {
      let region = simulator.capabilities.whole(tile: Tile(tile))
      points.append(try await simulator.symmetricPoints(of: region).compactMap { $0 })
    }
    return try await toy.run(on: MeteredDevice(simulator), points: points)
  }
}

public import AnalogTraining
import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar

extension QuadraticToy {
  /// Trains on a simulator of its own, with the cells of docs/training.md: linear responses around symmetric points
  /// that differ.
  ///
  /// - Parameters:
  ///   - pointMean: the mean of the symmetric points.
  ///   - pointSpread: their standard deviation.
  public func simulated(pointMean: Double, pointSpread: Double) async throws -> Outcome {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
    (settings.rows, settings.columns, settings.seed) = (rows, columns, seed)
    settings.tiles = rule.arrays
    settings.device.model.dwMin = Double(granularity)
    settings.device.model.referenceMean = -pointMean
    settings.device.model.referenceStd = pointSpread
    let simulator = try SimulatedCrossbar(settings)
    var points: [[Double]] = []
    for tile in 0..<settings.tiles {
      let region = simulator.capabilities.whole(tile: Tile(tile))
      points.append(try await simulator.symmetricPoints(of: region).map { $0 ?? .nan })
    }
    return try await run(
      on: MeteredDevice(simulator, journal: ForgettingJournal()), points: points)
  }
}

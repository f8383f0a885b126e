import DeviceContract
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint

/// A simulated array of a preset, with what only the simulator knows.
struct Subject {
  let simulator: SimulatedCrossbar
  let region: CellRegion
  let truth: [Double?]

  init(
    _ preset: String, rows: Int = 32, columns: Int = 32, seed: UInt64,
    options: [(String, String)] = []
  ) async throws {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
    (settings.rows, settings.columns, settings.seed) = (rows, columns, seed)
    for (name, value) in options { try settings.set(name, to: value) }
    simulator = try SimulatedCrossbar(settings)
    region = simulator.capabilities.whole()
    truth = try await simulator.symmetricPoints(of: region)
  }

  func zeroShift(
    _ variant: ZeroShifting.Variant, pulses: Int, seed: UInt64 = 1, checkpoints: Int = 32
  ) async throws -> RelaxationRecord {
    // Isolated cells: counting half-select exposures is not what these tests are about.
    let search = ZeroShifting(
      variant, pulses: pulses, seed: seed, checkpoints: checkpoints, scheme: .isolated)
    return try await search.measure(on: MeteredDevice(simulator), region: region).record
  }

  /// State less symmetric point for every cell that has one.
  func errors(_ states: [Float]) -> [Double] {
    zip(states, truth).compactMap { state, point in point.map { Double(state) - $0 } }
  }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func rms(_ values: [Double]) -> Double {
  (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

func standardDeviation(_ values: [Double]) -> Double {
  let middle = mean(values)
  return rms(values.map { $0 - middle })
}

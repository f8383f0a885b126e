import AnalogTraining
import DeviceContract
import PulseLedger
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar

/// A small network on a simulated device, and everything that a training leaves there.
struct RuleBench {
  /// What must be equal where two rules are the same.
  struct Traces: Equatable {
    var states: [[Float]]
    var odometers: [CellCounts]
    var tally: RuleTally
  }

  let simulator: SimulatedCrossbar
  var trainer: Trainer

  /// 16-8-4 on two arrays of the preset of few states, whose symmetric points lie off 0.
  init(
    _ rule: RuleSettings, seed: UInt64 = 5, known: Float? = nil, watch: WatchSettings? = nil,
    limits: LimitSet = .unlimited
  ) async throws {
    var device = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    (device.tiles, device.rows, device.columns) = (max(2, rule.arrays), 16, 16)
    device.seed = seed
    try device.set("reference_mean", to: "0.3")
    try device.set("reference_std", to: "0.4")
    simulator = try SimulatedCrossbar(device)
    let image = ImageShape(channels: 1, height: 4, width: 4)
    var settings = TrainingSettings(
      network: try NetworkDescription(parsing: "16-8-4", image: image, classes: 4), rule: rule,
      granularity: 0.4622, range: 2)
    settings.seed = seed
    settings.watch = watch
    let references = settings.network.weightShapes.map { shape in
      known.map { KnownReference(rows: shape.rows, columns: shape.columns, value: $0) }
    }
    trainer = try Trainer(
      settings, on: MeteredDevice(simulator, limits: limits), known: references)
  }

  /// Trains with images and labels of a stream of their own.
  mutating func run(steps: Int, seed: UInt64 = 9) async throws {
    try await trainer.prepare()
    var random = RandomStream(seed: seed)
    for _ in 0..<steps { _ = try await trainer.train(batch: Self.batch(using: &random)) }
  }

  /// Four images with labels, by chance.
  static func batch(using random: inout RandomStream) -> (images: Matrix, labels: [Int]) {
    let images = Matrix(
      rows: 4, columns: 16, values: (0..<64).map { _ in Float(random.uniform()) })
    return (images, (0..<4).map { _ in random.integer(below: 4) })
  }

  /// The states and odometers of the tiles in use, and the counts of the rules.
  func traces() async throws -> Traces {
    var found = Traces(states: [], odometers: [], tally: trainer.tally)
    for tile in 0..<trainer.plan.arrays {
      let region = simulator.capabilities.whole(tile: Tile(tile))
      found.states.append(try await simulator.states(of: region))
      found.odometers.append(try await simulator.odometer(of: region))
    }
    return found
  }

  /// What a rule leaves after some steps.
  static func traces(
    _ rule: RuleSettings, steps: Int = 300, known: Float? = nil
  ) async throws -> Traces {
    var bench = try await RuleBench(rule, known: known)
    try await bench.run(steps: steps)
    return try await bench.traces()
  }
}

/// A layer without a device.
func layer(
  rows: Int, columns: Int, granularity: Float = 0.4622, known: KnownReference? = nil
) -> RuleLayer {
  RuleLayer(
    shape: WeightShape(rows: rows, columns: columns),
    planner: BitLinePlanner(granularity: granularity), range: 2, known: known)
}

import AnalogTraining
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar

/// Trainings of a study, several at a time.
struct TrainingStudy: Sendable {
  let data: (train: DataSet, test: DataSet)
  let network: NetworkDescription
  let rules: [RuleSettings]
  let references: [(mean: Double, deviation: Double)]
  let seeds: Int
  let epochs: Int
  let threads: Int
  let title: String

  init(_ command: TrainingStudyCommand) throws {
    data = try DataSet.named(command.data)
    let images = data.train
    let isDigits = command.data == "digits"
    let sizes =
      command.network ?? (isDigits ? "64-32-10" : "\(images.shape.count)-256-128-\(images.classes)")
    network = try NetworkDescription(parsing: sizes, image: images.shape, classes: images.classes)
    rules = try command.algorithms.split(separator: ",").map { name in
      guard let rule = RuleSettings(named: String(name)) else {
        throw CommandFailure(
          .usage,
          "--algorithms \"\(name)\": there is no such rule; "
            + Spelling.suggestion(for: String(name), in: RuleSettings.names))
      }
      return try Self.rated(rule, command.rates, isDigits: isDigits)
    }
    guard !rules.isEmpty else {
      throw CommandFailure(.usage, "--algorithms \"\(command.algorithms)\" names no rule")
    }
    references = try Self.references(command.references)
    guard (1...10_000).contains(command.seeds) else {
      throw CommandFailure(.usage, "--seeds is \(command.seeds): 1 to 10000 are possible")
    }
    seeds = command.seeds
    epochs = command.epochs ?? (isDigits ? 60 : 40)
    guard (1...1_000_000).contains(epochs), images.count >= 10 else {
      throw CommandFailure(
        .usage,
        "\(epochs) epochs of \(images.count) images: 1 to 1000000 of 10 or more are possible")
    }
    threads = max(1, command.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    title =
      "\(images.name), \(sizes), \(epochs) epochs, "
      + (command.rates == .equal ? "equal steps on the fast array" : "steps as in the paper")
  }

  /// What is known of the rates: the published ones, those that suit the digits, or the latter in the ratios of
  /// Table 5 of arXiv 2602.21321.
  private static func rated(
    _ rule: RuleSettings, _ rates: TrainingStudyCommand.Rates, isDigits: Bool
  ) throws -> RuleSettings {
    var changes = RuleSettings.Changes()
    switch (rates, isDigits, rule) {
    case (.equal, true, _): return rule.suitingDigits()
    case (.equal, false, .agad), (.equal, false, .bufferedTikiTaka): changes.fastRate = 0.5
    case (.equal, false, _), (.paper, false, _): return rule
    case (.paper, true, .bufferedTikiTaka): changes.fastRate = 0.06
    case (.paper, true, .agad): changes.fastRate = 0.1
    case (.paper, true, _): changes.fastRate = nil
    }
    return try (isDigits ? rule.suitingDigits() : rule).changed(by: changes)
  }

  private static func references(_ text: String) throws -> [(mean: Double, deviation: Double)] {
    if text == "paper" {
      return [0, 0.2, 0.3, 0.4].flatMap { mean in
        [0.05, 0.2, 0.3, 0.4, 0.7, 1].map { (mean, $0) }
      }
    }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { pair in
      let parts = pair.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
      guard parts.count == 2, let mean = parts[0], let deviation = parts[1], mean.isFinite,
        (0...10).contains(deviation), abs(mean) <= 10
      else {
        throw CommandFailure(
          .usage, "--references \"\(pair)\": MEAN/DEVIATION such as 0.4/1 is needed, or paper")
      }
      return (mean, deviation)
    }
  }

  /// Runs all trainings; told how many are done.
  func run(_ progress: @escaping @Sendable (Int, Int) -> Void) async throws -> [TrainingTrial] {
    var jobs: [(rule: RuleSettings, trial: TrainingTrial)] = []
    for rule in rules {
      for reference in references {
        for seed in 1...seeds {
          let trial = TrainingTrial(
            rule: rule.name, referenceMean: reference.mean,
            referenceDeviation: reference.deviation, seed: UInt64(seed))
          jobs.append((rule, trial))
        }
      }
    }
    let all = jobs
    return try await withThrowingTaskGroup(of: (Int, TrainingTrial).self) { group in
      var results = [TrainingTrial?](repeating: nil, count: all.count)
      var (next, done) = (0, 0)
      func add() {
        guard next < all.count else { return }
        let place = next
        next += 1
        group.addTask { (place, try await train(all[place].rule, all[place].trial)) }
      }
      for _ in 0..<threads { add() }
      while let (place, trial) = try await group.next() {
        results[place] = trial
        done += 1
        progress(done, all.count)
        add()
      }
      return results.compactMap { $0 }
    }
  }

  private func train(_ rule: RuleSettings, _ trial: TrainingTrial) async throws -> TrainingTrial {
    var simulator = SimulatorSettings(
      device: DeviceDescription(try Preset.named("reram-hfo2")))
    let shapes = network.weightShapes
    simulator.tiles = max(1, rule.arrays)
    (simulator.rows, simulator.columns) = (
      Floorplan.rowsNeeded(shapes), shapes.map(\.columns).max() ?? 1
    )
    simulator.seed = trial.seed
    // Of analog SGD the only array, of all others the fast one.
    try simulator.set("tile0.reference_mean", to: "\(trial.referenceMean)")
    try simulator.set("tile0.reference_std", to: "\(trial.referenceDeviation)")
    let model = simulator.device.model.resolved
    var settings = TrainingSettings(
      network: network, rule: rule, granularity: Float(model.dwMin),
      range: Float(model.wMax - model.wMin))
    (settings.epochs, settings.seed) = (epochs, trial.seed)
    settings.programsInitialWeights = false
    let crossbar = try SimulatedCrossbar(simulator)
    let device = MeteredDevice(crossbar, journal: ForgettingJournal())
    var trainer = try Trainer(settings, on: device)
    try await Self.write(trainer, on: crossbar)
    try await trainer.prepare()
    while trainer.epochs.count < epochs { try await trainer.runEpoch(data.train) }
    _ = try await trainer.accuracy(on: data.test)
    var trial = trial
    trial.take(trainer)
    return trial
  }

  /// Puts every array at its start without pulses, with the noise of a write: initial weights in the array that holds
  /// them, and 0 in the others.
  private static func write(_ trainer: Trainer, on crossbar: SimulatedCrossbar) async throws {
    for (layer, shape) in trainer.settings.network.weightShapes.enumerated() {
      for array in 0..<trainer.plan.arrays {
        let isProgrammed = trainer.rules[layer].programmed == array
        let weights =
          isProgrammed
          ? Network.initialWeights(shape, layer: layer, seed: trainer.settings.seed)
          : Matrix(rows: shape.rows, columns: shape.columns)
        try await crossbar.setStates(
          weights.values, of: trainer.plan.region(layer: layer, array: array))
      }
    }
  }
}

public import AnalogTraining
import DeviceContract
import PulseLedger
public import ResponseModels
import SimulatedCrossbar

/// A training of a study: a rule on simulated cells, with the conditions that it stands for.
public struct SimulatedTraining: Sendable {
  /// What the result is told under.
  public var trial: TrainingTrial
  /// How the weights learn.
  public var rule: RuleSettings
  /// The cells.
  public var device: DeviceDescription
  /// What the cells of the array that gradients pulse have otherwise, by the names of parameters.
  public var fastArray: [String: Double] = [:]
  /// Passes over the data.
  public var epochs = 60
  /// Images of a mini-batch.
  public var batch = 10
  /// What stands between numbers and arrays.
  public var periphery = Periphery.paper
  /// The most slots of a bit line.
  public var longestBitLine = 5
  /// The training ends with the first epoch whose mean loss is at most this; nil for none.
  public var target: Double?

  /// A training with the settings of the field.
  public init(_ trial: TrainingTrial, rule: RuleSettings, device: DeviceDescription) {
    (self.trial, self.rule, self.device) = (trial, rule, device)
  }

  /// Trains a network on a simulator of its own.
  ///
  /// - Parameter ended: told of each epoch.
  public func run(
    _ data: StudyData, ended: (Trainer) -> Void = { _ in }
  ) async throws -> TrainingTrial {
    let crossbar = try simulator(data.network)
    let device = MeteredDevice(crossbar, journal: ForgettingJournal())
    let model = self.device.model.resolved
    var settings = TrainingSettings(
      network: data.network, rule: rule, granularity: Float(model.dwMin),
      range: Float(model.wMax - model.wMin))
    (settings.epochs, settings.batch, settings.seed) = (epochs, batch, trial.seed)
    (settings.periphery, settings.longestBitLine) = (periphery, longestBitLine)
    settings.programsInitialWeights = false
    var trainer = try Trainer(settings, on: device)
    try await Self.write(trainer, on: crossbar)
    var trial = trial
    trial.calibrationCycles = trainer.rules.compactMap(\.preparation?.pulses).max() ?? 0
    try await trainer.prepare()
    while trainer.epochs.count < epochs, trial.isReached != true {
      try await trainer.runEpoch(data.train)
      ended(trainer)
      if let target { trial.isReached = (trainer.epochs.last?.loss ?? .infinity) <= target }
    }
    _ = try await trainer.accuracy(on: data.test)
    trial.take(trainer)
    trial.calibrationPulses = Int(await device.account.pulses[.calibrate]?.all ?? 0)
    return trial
  }

  private func simulator(_ network: NetworkDescription) throws -> SimulatedCrossbar {
    var settings = SimulatorSettings(device: device)
    let shapes = network.weightShapes
    settings.tiles = max(1, rule.arrays)
    (settings.rows, settings.columns) = (
      Floorplan.rowsNeeded(shapes), shapes.map(\.columns).max() ?? 1
    )
    settings.seed = trial.seed
    for (name, value) in fastArray.sorted(by: { $0.key < $1.key }) {
      try settings.set("tile0.\(name)", to: "\(value)")
    }
    return try SimulatedCrossbar(settings)
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

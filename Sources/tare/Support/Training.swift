import AnalogTraining
import DeviceContract
import Foundation
import ResponseModels
import SimulatedCrossbar

/// What a `tare train` is about, resolved: its data, its settings, and the size of a simulator that suits them.
struct Training {
  let data: (train: DataSet, test: DataSet)
  let settings: TrainingSettings
  let options: DeviceOptions
  let size: SimulatorSize
  /// A simulator of what is expected of the cells, without a state.
  let expected: SimulatorSettings

  init(_ command: TrainCommand) throws {
    data = try DataSet.named(command.data)
    if command.data != "digits", let note = data.train.note {
      command.output.talk.say("\(data.train.name): \(note)")
    }
    let isDigits = command.data == "digits"
    let rule = try command.rule.resolved(data: command.data)
    let hidden = isDigits ? "32" : "256-128"
    let images = data.train
    let network = try NetworkDescription(
      parsing: command.network ?? "\(images.shape.count)-\(hidden)-\(images.classes)",
      activation: command.activation.flatMap { Activation(rawValue: $0.rawValue) },
      image: images.shape, classes: images.classes)
    var options = command.options
    if options.device == nil, ProcessInfo.processInfo.environment["TARE_DEVICE"] == nil {
      options.device = "sim:reram-hfo2"
    }
    expected = try Self.expectation(command.expect, options)
    let model = expected.device.model.resolved
    var settings = TrainingSettings(
      network: network, rule: rule, granularity: Float(model.dwMin),
      range: Float(model.wMax - model.wMin))
    settings.epochs = command.epochs ?? (isDigits ? 60 : 10)
    settings.batch = command.batch
    settings.biasRate = command.biasRate
    settings.schedule = try LearningRateSchedule(parsing: command.schedule)
    settings.periphery = command.periphery == .paper ? .paper : .ideal
    settings.multipliesOnDevice = command.periphery == .board
    settings.averages = command.averages
    settings.rereadsEachEpoch = command.reread
    try command.rule.set(&settings)
    try settings.check(images: images.count)
    self.settings = settings
    self.options = options
    let shapes = network.weightShapes
    size = SimulatorSize(
      rows: max(64, Floorplan.rowsNeeded(shapes)),
      columns: max(64, shapes.map(\.columns).max() ?? 0), tiles: max(1, rule.arrays))
  }

  /// Whether a device has room for the training and its rule can learn.
  ///
  /// - Throws: ``TrainingError``; of the simulator also with what its selector needs.
  func check(_ settings: TrainingSettings, on opened: OpenedDevice) throws {
    do {
      try settings.check(on: opened.capabilities)
    } catch {
      guard error.code == .doesNotFit, opened.simulator != nil else { throw error }
      let shapes = settings.network.weightShapes
      throw TrainingError(
        .doesNotFit,
        error.explanation + " (of the simulator: tiles=\(max(1, settings.rule.arrays))"
          + "&rows=\(Floorplan.rowsNeeded(shapes))&columns=\(shapes.map(\.columns).max() ?? 1))")
    }
  }

  private static func expectation(
    _ expect: String?, _ options: DeviceOptions
  ) throws -> SimulatorSettings {
    if let expect { return SimulatorSettings(device: try DeviceOptions.describe(expect)) }
    guard ["sim", ""].contains(try options.selector().kind) else {
      throw CommandFailure(
        .usage,
        "a board does not report how its cells respond: --expect PRESET or FILE.json says what is expected of "
          + "them (`tare fit` makes such files)")
    }
    var settings = try options.simulatorSettings()
    settings.state = nil
    return settings
  }
}

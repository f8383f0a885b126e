import AnalogTraining
public import ResponseModels

/// Accuracy against the number of arrays of a weight, on cells of few states: arXiv 2510.02516.
///
/// Its devices: soft bounds in [-1, 1] with the spreads of the field, and a perfect periphery. Tiki-Taka stands beside it
/// with the best rates of a grid of nine, by the loss of two seeds with both devices.
public struct TileStudy: TrainingStudy {
  /// What all trainings learn.
  public let data: StudyData
  /// States of the cells.
  public var states = [4, 10]
  /// Arrays of a weight.
  public var tiles = [2, 3, 4, 6, 8]
  /// Seeds, counted from 1.
  public var seeds = 5
  /// Passes over the data.
  public var epochs = 60

  /// The study of the digits.
  public init(_ data: StudyData) { self.data = data }

  /// What is compared, in a line.
  public var title: String { "Arrays of a weight: \(data.name), \(epochs) epochs" }

  /// The rules, each with the number of its arrays.
  private var rules: [(tiles: Int, rule: RuleSettings)] {
    get throws {
      var first = TikiTaka.Settings()
      (first.fastRate, first.transferRate) = (1, 0.03)
      var second = BufferedTikiTaka.Settings()
      (second.fastRate, second.buffer.transferRate) = (2, 0.1)
      var rules: [(Int, RuleSettings)] = [
        (2, .tikiTaka(first)), (2, .bufferedTikiTaka(second)),
      ]
      for tiles in tiles {
        var changes = RuleSettings.Changes()
        changes.tiles = tiles
        rules.append(
          (tiles, try RuleSettings.multiTile(.init()).suitingDigits().changed(by: changes)))
      }
      return rules
    }
  }

  /// Every training.
  public var trainings: [SimulatedTraining] {
    get throws {
      var trainings: [SimulatedTraining] = []
      for states in states {
        let device = Self.device(states: states)
        for (tiles, rule) in try rules {
          for seed in 1...max(1, seeds) {
            let trial = TrainingTrial(
              rule: rule.name,
              conditions: [.init("states", Double(states)), .init("tiles", Double(tiles))],
              seed: UInt64(seed))
            var training = SimulatedTraining(trial, rule: rule, device: device)
            (training.epochs, training.periphery) = (epochs, .ideal)
            trainings.append(training)
          }
        }
      }
      return trainings
    }
  }

  /// Cells with soft bounds in [-1, 1].
  public static func device(states: Int) -> DeviceDescription {
    var model = DeviceModel(.softBounds)
    (model.wMin, model.wMax, model.dwMin) = (-1, 1, 2 / Double(states))
    return DeviceDescription(
      name: "soft-bounds", model: model, origin: "aihwkit 1.2.0, SoftBoundsDevice")
  }
}

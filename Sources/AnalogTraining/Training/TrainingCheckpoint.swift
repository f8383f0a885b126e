import DeviceContract
public import Foundation
public import PulseLedger

/// All that a training knows between two steps, but for what is in the cells and in the ledger.
///
/// What was fired, the ledger alone tells. A checkpoint says what followed from it for the network and its rules, so that
/// a training goes on without doing its whole past again.
public struct TrainingCheckpoint: Sendable, Hashable, Codable {
  /// What the training was set to.
  public let settings: TrainingSettings
  /// Mini-batches that it had done.
  public let step: Int
  /// Its epochs so far, the last one perhaps unfinished.
  public let epochs: [EpochRecord]
  let network: Network
  /// The rule of each layer, in bytes of its own, since its settings tell what kind it is.
  let rules: [Data]
  /// The cells of each array of a layer as they were last read, where the network sees them.
  let mirrors: [[Matrix?]]

  /// Keeps what a training knows.
  ///
  /// - Precondition: it stands between two steps.
  public init(of trainer: Trainer) throws {
    precondition(trainer.isBetweenSteps, "a step is kept whole or not at all")
    (settings, step, epochs) = (trainer.settings, trainer.step, trainer.epochs)
    network = trainer.network
    rules = try trainer.rules.map { try Self.encoder.encode($0) }
    mirrors = trainer.layers.map(\.mirrors)
  }

  /// Writes checkpoints: spreads that are not known yet and the bounds of an ideal periphery are infinite, which JSON has no
  /// number for.
  public static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  /// Reads what ``encoder`` has written.
  public static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return decoder
  }

  fileprivate static func decode<Rule: UpdateRule>(
    _ bytes: Data, like rule: Rule
  ) throws -> any UpdateRule {
    try decoder.decode(Rule.self, from: bytes)
  }
}

extension Trainer {
  /// Goes on where a checkpoint was taken; nothing is fired.
  ///
  /// - Parameter settings: those of the checkpoint; only epochs may be more.
  /// - Throws: ``TrainingError/Code/otherSettings`` where they are others or the checkpoint is damaged, and as
  ///   ``init(_:on:known:)``.
  public init(
    _ settings: TrainingSettings, on device: MeteredDevice, from checkpoint: TrainingCheckpoint
  ) throws(TrainingError) {
    try self.init(settings, on: device)
    if let name = checkpoint.settings.difference(from: settings) {
      throw TrainingError(
        .otherSettings,
        "the checkpoint is of a training with other settings: \(name) differs. Nothing was fired. Give the "
          + "settings that it was begun with, or begin a new run")
    }
    do {
      try restore(checkpoint)
    } catch {
      throw TrainingError(
        .otherSettings,
        "the checkpoint does not hold what this training needs: \(error). Nothing was fired. Remove the file, and "
          + "the training goes on from its ledger alone")
    }
  }

  private mutating func restore(_ checkpoint: TrainingCheckpoint) throws {
    struct Misfit: Error, CustomStringConvertible {
      let description: String
    }
    guard checkpoint.rules.count == layers.count, checkpoint.mirrors.count == layers.count,
      checkpoint.network.description == network.description,
      checkpoint.epochs.allSatisfy({ $0.steps >= 0 }),
      // Steps that nobody counts in epochs are possible.
      checkpoint.step >= checkpoint.epochs.reduce(0, { $0 &+ $1.steps }),
      checkpoint.epochs.allSatisfy({ $0.pulses.count == plan.arrays })
    else { throw Misfit(description: "it is of another network") }
    for layer in layers.indices {
      let mirrors = checkpoint.mirrors[layer]
      guard mirrors.count == layers[layer].mirrors.count,
        zip(mirrors, layers[layer].mirrors).allSatisfy({
          $0?.rows == $1?.rows && $0?.columns == $1?.columns
        })
      else { throw Misfit(description: "the arrays of layer \(layer + 1) are others") }
      layers[layer].rule = try TrainingCheckpoint.decode(
        checkpoint.rules[layer], like: layers[layer].rule)
      layers[layer].mirrors = mirrors
    }
    resume(at: checkpoint.step, checkpoint.epochs, checkpoint.network)
  }
}

extension TrainingSettings {
  /// The name of a setting that decides the result and is another one; nil where there is none.
  func difference(from other: TrainingSettings) -> String? {
    var (mine, others) = (self, other)
    // More epochs change nothing of those before.
    (mine.epochs, others.epochs) = (1, 1)
    guard mine != others else { return nil }
    let names = zip(Mirror(reflecting: mine).children, Mirror(reflecting: others).children)
    return names.first { String(describing: $0.value) != String(describing: $1.value) }?.0.label
      ?? "one"
  }
}

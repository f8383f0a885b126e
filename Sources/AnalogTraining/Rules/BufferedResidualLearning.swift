/// Residual learning through a digital buffer that forgets, and fires single pulses at the slow array.
///
/// Section 5 of arXiv 2502.06309 (`RLv2`): H becomes (1 - b) H + b P, and an entry that reaches a step of the slow
/// array fires one pulse and loses that step.
public struct BufferedResidualLearning: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: .05 for MNIST in arXiv 2502.06309.
    public var fastRate: Float = 0.05
    /// The weight of a new read in the buffer, b: .01 there.
    public var transferRate: Float = 0.01
    /// The part of the fast array in the weights: .4 there.
    public var gamma: Float = 0.4
    /// Mini-batches from one transfer to the next.
    public var every = 1
    /// The published settings.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  /// The arrays, the chopper and the buffer.
  public var parts: FastArray

  /// A rule for one layer.
  ///
  /// - Throws: ``TrainingError/Code/badSetting`` for a transfer rate above 1: 1 - b would turn the buffer over at each
  ///   visit, and above 2 make it grow for ever.
  public init(_ settings: Settings, layer: RuleLayer) throws(TrainingError) {
    guard (0...1).contains(settings.transferRate) else {
      throw TrainingError(
        .badSetting,
        "rl-v2: a transfer rate of \(settings.transferRate): it is the part of a new read in the buffer, so that "
          + "numbers from 0 to 1 are possible")
    }
    self.settings = settings
    let buffer = TransferBuffer(
      rows: layer.shape.rows, columns: layer.shape.columns,
      rate: settings.transferRate / layer.planner.granularity, decay: settings.transferRate,
      afterPulse: .subtract)
    parts = FastArray(
      layer: layer, rate: settings.fastRate,
      cycle: ColumnCycle(columns: layer.shape.columns, every: settings.every),
      transfer: .buffered(buffer))
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { FastArray.mixing(gamma: settings.gamma, zero: parts.known) }
}

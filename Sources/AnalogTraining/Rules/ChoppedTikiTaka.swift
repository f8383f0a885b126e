public import ReproducibleNoise

/// Chopped Tiki-Taka (c-TTv2): as version 2, with signs of columns that turn over, so that an error of the
/// reference averages out in the buffer.
///
/// Rasch et al., Nat. Commun. 15:7133 (2024), equation 11; `ChoppedTransferCompound` of aihwkit.
public struct ChoppedTikiTaka: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: `fast_lr` .1 in `build_config` of aihwkit.
    public var fastRate: Float = 0.1
    /// The probability that the sign of a column turns over at a visit: `in_chop_prob`, .1 there.
    public var chopProbability = 0.1
    /// Whether it turns over by chance: `in_chop_random`, as there.
    public var isRandom = true
    /// The buffer: `transfer_lr`, 1 there, times the learning rate .1 of figure 3 of Rasch et al., which is inferred to
    /// be the one it is to be multiplied by.
    public var buffer = BufferSettings(transferRate: 0.1)
    /// The published settings.
    public init() {}
  }

  /// As it was set.
  public let settings: Settings
  /// The arrays, the chopper and the buffer.
  public var parts: FastArray

  /// A rule for one layer.
  public init(_ settings: Settings, layer: RuleLayer) {
    self.settings = settings
    parts = FastArray(
      layer: layer, rate: settings.fastRate, cycle: settings.buffer.cycle(of: layer),
      chopper: Chopper(
        columns: layer.shape.columns, probability: settings.chopProbability,
        isRandom: settings.isRandom),
      transfer: settings.buffer.transfer(of: layer))
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { WeightMixing(base: FastArray.slow) }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep {
    switch parts.visit(answer) {
    case .step(let step): return step
    case .found(let values, let columns):
      let residual = parts.residual(values, columns: columns)
      let signs = parts.chopper.signs
      for column in columns where parts.chopper.visit(column, using: &random) {
        parts.tally.flips += 1
      }
      return parts.write(
        signed(residual, columns: columns, by: signs), columns: columns, using: &random)
    }
  }
}

public import ReproducibleNoise

/// Tiki-Taka, version 1: gradients pulse a fast array, whose columns are written into a slow one that holds
/// the weights.
///
/// Gokmen and Haensch, Front. Neurosci. 14:103 (2020). The zero of the fast array must be at its symmetric
/// points: a known reference is subtracted from what is read.
public struct TikiTaka: UpdateRule {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: `fast_lr`, 1 times the learning rate in `TransferCompound` of aihwkit.
    ///
    /// No rates are published for this version on these cells. Both are the best of a grid of nine of an independent
    /// implementation, on the digits and cells of four states.
    public var fastRate: Float = 0.3
    /// The step on the slow array: `transfer_lr`, 1 times the learning rate in aihwkit; from the same grid.
    public var transferRate: Float = 0.01
    /// Mini-batches from one transfer to the next: `transfer_every`, 1 in aihwkit.
    public var every = 1
    /// The published settings.
    public init() {}
  }

  private var residual: ResidualLearning

  /// A rule for one layer.
  public init(_ settings: Settings, layer: RuleLayer) {
    var general = ResidualLearning.Settings()
    (general.fastRate, general.transferRate) = (settings.fastRate, settings.transferRate)
    (general.every, general.gamma) = (settings.every, 0)
    residual = ResidualLearning(general, layer: layer)
  }

  /// Crossbar arrays of the layer.
  public var arrays: Int { residual.arrays }

  /// The most that one transfer can fire.
  public var mostTransfer: [ArrayPulses] { residual.mostTransfer }

  /// What was counted so far.
  public var tally: RuleTally { residual.tally }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { residual.mixing }

  /// The pulses for the gradient of a mini-batch.
  public mutating func update(
    _ gradient: WeightGradient, using random: inout RandomStream
  ) -> [ArrayPulses] { residual.update(gradient, using: &random) }

  /// Factors for both rates.
  public mutating func scaleRates(_ scale: RateScale) { residual.scaleRates(scale) }

  /// What to do after the update of a mini-batch.
  public mutating func transfer(
    _ answer: [Float]?, using random: inout RandomStream
  ) -> TransferStep { residual.transfer(answer, using: &random) }
}

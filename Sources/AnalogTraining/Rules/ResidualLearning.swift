/// Residual learning: Tiki-Taka whose network sees the slow array plus a part of the fast one, so that the
/// fast one learns what the slow one lacks.
///
/// Equations 9 to 11 of arXiv 2502.06309. The fast array's symmetric points must be known.
public struct ResidualLearning: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: .05 for MNIST in arXiv 2502.06309.
    public var fastRate: Float = 0.05
    /// The step on the slow array: .01 there.
    public var transferRate: Float = 0.01
    /// The part of the fast array in the weights: .4 there; its figures are flat from .1 on.
    public var gamma: Float = 0.4
    /// Mini-batches from one transfer to the next.
    public var every = 1
    /// Columns of one transfer.
    public var width = 1
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
      layer: layer, rate: settings.fastRate,
      cycle: ColumnCycle(
        columns: layer.shape.columns, width: settings.width, every: settings.every),
      transfer: .stochastic(layer.planner, rate: settings.transferRate))
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { FastArray.mixing(gamma: settings.gamma, zero: parts.known) }
}

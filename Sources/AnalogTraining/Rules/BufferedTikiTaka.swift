/// Tiki-Taka, version 2: what is read of the fast array is collected in a digital buffer, which fires single
/// pulses at the slow one.
///
/// Gokmen, Front. Artif. Intell. 4:699148 (2021); `BufferedTransferCompound` of aihwkit. A known reference is
/// subtracted from what is read; where it is wrong, the buffer collects the error for ever.
public struct BufferedTikiTaka: FastArrayRule, Hashable {
  /// What may be chosen.
  public struct Settings: Sendable, Hashable, Codable {
    /// The step on the fast array: .03 for a fully connected network in Table 5 of arXiv 2602.21321.
    public var fastRate: Float = 0.03
    /// The buffer: momentum .1 and threshold .8 of Table 3 there, and a rate of .01 in Table 5, which is to be multiplied
    /// by a learning rate that the table does not state (`scale_transfer_lr`).
    ///
    /// It is inferred to be 1: with the .1 that is inferred for ``AGAD``, no entry of a layer of 784 columns could reach a
    /// pulse in the 306 visits of 40 epochs, and the table's accuracy would be that of the other layers alone.
    public var buffer: BufferSettings = {
      var buffer = BufferSettings(transferRate: 0.01)
      (buffer.momentum, buffer.threshold) = (0.1, 0.8)
      return buffer
    }()
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
      transfer: settings.buffer.transfer(of: layer))
  }

  /// How the weights that the network is evaluated at are mixed.
  public var mixing: WeightMixing { WeightMixing(base: FastArray.slow) }
}

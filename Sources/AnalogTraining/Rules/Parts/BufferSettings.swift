/// The rate of a buffer between two arrays, in the terms of aihwkit.
public struct BufferSettings: Sendable, Hashable, Codable {
  /// What a read adds, before it is divided by the granularity: `transfer_lr`, absolute.
  public var transferRate: Float
  /// Scales the rate with the number of columns of a layer, so that layers which are visited more rarely
  /// learn as fast: `auto_granularity`; 0 for a rate that does not depend on it.
  public var autoGranularity: Float = 0
  /// The entry at which a pulse is fired, in steps of the slow array: `thres_scale`.
  public var threshold: Float = 1
  /// What an entry keeps of itself when it has fired: `momentum` with `forget_buffer`.
  public var momentum: Float = 0
  /// Mini-batches from one transfer to the next: `transfer_every`.
  public var every = 1
  /// The most pulses of a cell at a transfer: `transfer_bl`.
  public var mostPulses = 1

  /// Settings of the field, but for the rate.
  public init(transferRate: Float, autoGranularity: Float = 0) {
    (self.transferRate, self.autoGranularity) = (transferRate, autoGranularity)
  }

  /// What a read of 1 adds to an entry that fires at 1.
  public func rate(of layer: RuleLayer) -> Float {
    let scale =
      autoGranularity > 0 ? autoGranularity / Float(layer.shape.columns * every) : 1
    return transferRate / (threshold * layer.planner.granularity * scale)
  }

  /// The buffer of a layer, for which the rate is 0 if the settings make it so.
  func transfer(of layer: RuleLayer) -> Transfer {
    .buffered(
      TransferBuffer(
        rows: layer.shape.rows, columns: layer.shape.columns, rate: rate(of: layer),
        mostPulses: mostPulses, afterPulse: .keep(momentum)))
  }

  /// The columns of a layer in turn.
  func cycle(of layer: RuleLayer) -> ColumnCycle {
    ColumnCycle(columns: layer.shape.columns, every: every)
  }
}

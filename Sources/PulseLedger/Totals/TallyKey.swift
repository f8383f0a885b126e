public import DeviceContract

/// Under which heading the pulses of a tile are counted.
public struct TallyKey: Sendable, Hashable, Comparable {
  /// The tile.
  public var tile: Int
  /// Why they were fired, or nil for pulses of other hosts that an operator adopted.
  public var cause: Cause?
  /// The place of the shape among the shapes of the ledger; -1 where the cause is nil.
  public var shape: Int

  /// Tile by tile, then by cause and shape.
  public static func < (left: TallyKey, right: TallyKey) -> Bool {
    (left.tile, left.cause?.code ?? 0, left.shape)
      < (right.tile, right.cause?.code ?? 0, right.shape)
  }
}

/// What the cells of a tile had been through before a campaign: limits on a share of life, and on
/// exposures, hold against it.
public struct TileHistory: Sendable, Hashable {
  /// Pulses of both polarities for every cell of the tile, row-major; empty stands for none.
  ///
  /// Uncertain ones, and those that the chip had before it was first seen, count as well.
  public var pulses: [UInt64]
  /// Half-select exposures for every cell of the tile, row-major; empty stands for none.
  public var exposures: [UInt64]

  /// Describes the past of a tile.
  public init(pulses: [UInt64] = [], exposures: [UInt64] = []) {
    self.pulses = pulses
    self.exposures = exposures
  }
}

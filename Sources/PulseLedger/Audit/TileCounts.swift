/// What the cells of a tile have seen, row-major.
public struct TileCounts: Sendable, Hashable {
  /// Pulses that were surely fired.
  public var up: [UInt32], down: [UInt32]
  /// Pulses of other hosts that an operator adopted.
  public var adopted: [UInt32]
  /// Pulses that may have been fired besides.
  public var uncertain: [UInt32]
  /// Half-select exposures.
  public var exposures: [UInt32]

  /// All that counts as wear, of one cell.
  public func pulses(_ cell: Int) -> Int {
    Int(up[cell]) + Int(down[cell]) + Int(adopted[cell]) + Int(uncertain[cell])
  }

  /// All that counts as wear; a cell with more pulses than fit reads the largest number.
  public var pulses: [UInt32] { up.indices.map { UInt32(clamping: pulses($0)) } }

  init(_ state: LedgerState, tile: Int) {
    let none = [UInt32](repeating: 0, count: state.cells)
    (up, down, adopted) = (none, none, none)
    uncertain = state.uncertain[tile] ?? none
    exposures = state.exposures(of: tile) ?? none
    for (key, tally) in state.tallies where key.tile == tile {
      if key.cause == nil {
        Self.add(tally.up, to: &adopted)
        Self.add(tally.down, to: &adopted)
      } else {
        Self.add(tally.up, to: &up)
        Self.add(tally.down, to: &down)
      }
    }
  }

  private static func add(_ counts: [UInt32], to sums: inout [UInt32]) {
    for cell in sums.indices { sums[cell] = sums[cell].addingSaturating(counts[cell]) }
  }
}

import ByteCoding

/// Checksums over the pulse counts of a tile, so that two sides compare them without sending them.
public struct OdometerDigests: Sendable, Hashable, Codable {
  /// Cells of a block; the last block of a tile may have fewer.
  public static let cellsPerBlock = 64

  /// CRC-32C of each block of 64 cells, row-major over the tile: for each cell its up and then its down
  /// pulses, as 32-bit integers, lowest byte first.
  public var blocks: [UInt32]

  /// Takes checksums that a device sent.
  public init(blocks: [UInt32]) { self.blocks = blocks }

  /// The checksums of counts, which cover a whole tile.
  public init(of counts: CellCounts) {
    blocks = stride(from: 0, to: counts.up.count, by: Self.cellsPerBlock).map { first in
      var writer = ByteWriter(reserving: 8 * Self.cellsPerBlock)
      for cell in first..<min(counts.up.count, first + Self.cellsPerBlock) {
        writer.append(counts.up[cell])
        writer.append(counts.down[cell])
      }
      return CRC32C.checksum(writer.bytes)
    }
  }

  /// The cells, as places in a row-major array over the tile, of all blocks that differ.
  public func differingCells(from other: OdometerDigests, cells: Int) -> [Range<Int>] {
    (0..<max(blocks.count, other.blocks.count)).compactMap { block in
      let mine = block < blocks.count ? blocks[block] : nil
      let theirs = block < other.blocks.count ? other.blocks[block] : nil
      guard mine != theirs else { return nil }
      return block * Self.cellsPerBlock..<min(cells, (block + 1) * Self.cellsPerBlock)
    }
  }
}

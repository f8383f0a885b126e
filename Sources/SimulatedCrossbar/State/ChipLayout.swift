import CrossbarKernels

/// Where everything lies in a chip's memory, in bytes from its start.
///
/// | part | size |
/// |---|---|
/// | header, sums at 256, holder of the lock at 512 | one page |
/// | text of the settings | whole pages |
/// | one `crossbar_chip_tile` a tile | whole pages |
/// | journal, one `crossbar_chip_outcome` a place | whole pages |
/// | tiles: eight arrays of one number a cell each; where states move without pulses a ninth, and the time | whole pages a tile |
/// | undo area: flag, blocks, their bytes; only in a file | whole pages |
struct ChipLayout: Sendable, Hashable {
  static let page = 4096
  static let books = 256
  static let holder = 512
  /// Bytes for the name of the holder, after its process number.
  static let holderName = 60
  static let settings = page
  /// Trains whose outcomes are kept.
  ///
  /// There is one place more, so that the entry of a new train replaces
  /// none of them before its number is taken.
  static let keptOutcomes = 4096
  /// The most blocks that one change may save.
  static let mostBlocks = 16

  let stride: Int
  /// Numbers in the array of a tile.
  let cells: Int
  let tileRecords: Int
  let journal: Int
  private let firstTile: Int
  private let tileBytes: Int
  /// The flag of the undo area, or the end where there is none.
  let undo: Int
  let length: Int

  /// - Parameter isDisturbed: whether states move otherwise than by pulses of their own.
  init(
    tiles: Int, rows: Int, columns: Int, settingsBytes: Int, hasUndo: Bool,
    isDisturbed: Bool = false
  ) {
    func pages(_ bytes: Int) -> Int { (bytes + Self.page - 1) / Self.page * Self.page }
    stride = (columns + Int(CROSSBAR_LANES) - 1) / Int(CROSSBAR_LANES) * Int(CROSSBAR_LANES)
    cells = rows * stride
    tileRecords = Self.settings + pages(settingsBytes)
    journal = tileRecords + pages(tiles * MemoryLayout<crossbar_chip_tile>.stride)
    firstTile =
      journal + pages((Self.keptOutcomes + 1) * MemoryLayout<crossbar_chip_outcome>.stride)
    tileBytes = pages(36 * cells + (isDisturbed ? 4 * cells + MemoryLayout<Double>.stride : 0))
    undo = firstTile + tiles * tileBytes
    // At most 20 bytes a cell change at once: by a train weights, two counters, exposures and samples,
    // by drift weights and its memory; what weights are more than they say besides. Blocks are rounded up to 64 bytes.
    let bytes = isDisturbed ? 24 : 20
    length = hasUndo ? undo + pages(Self.undoData + bytes * cells + 64 * Self.mostBlocks) : undo
  }

  /// The arrays of a tile, by how many times four bytes a cell lie before them.
  enum Array: Int {
    case weights, firedUp, firedDown, exposures, samples, driftedWeight, writtenWeight, writtenTime
    /// Only where states move without pulses; times take eight bytes a cell.
    case remainders = 9
  }

  func offset(of array: Array, tile: Int) -> Int {
    firstTile + tile * tileBytes + 4 * cells * array.rawValue
  }

  /// Until when the states of a tile are known; only where they move without pulses.
  func relaxedUntil(tile: Int) -> Int { offset(of: .remainders, tile: tile) + 4 * cells }

  func tileRecord(_ tile: Int) -> Int {
    tileRecords + tile * MemoryLayout<crossbar_chip_tile>.stride
  }

  func outcome(_ number: UInt64) -> Int {
    journal + Int(number % UInt64(Self.keptOutcomes + 1))
      * MemoryLayout<crossbar_chip_outcome>.stride
  }

  /// Where the bytes of the saved blocks start, from the start of the undo area.
  static var undoData: Int { 64 + mostBlocks * MemoryLayout<crossbar_chip_block>.stride }
}

import CrossbarKernels

/// Where everything lies in a chip's memory, in bytes from its start.
///
/// | part | size |
/// |---|---|
/// | header, sums at 256, holder of the lock at 512 | one page |
/// | text of the settings | whole pages |
/// | one `crossbar_chip_tile` a tile | whole pages |
/// | journal, one `crossbar_chip_outcome` a place | whole pages |
/// | tiles: eight arrays of one number a cell each | whole pages a tile |
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

  init(tiles: Int, rows: Int, columns: Int, settingsBytes: Int, hasUndo: Bool) {
    func pages(_ bytes: Int) -> Int { (bytes + Self.page - 1) / Self.page * Self.page }
    stride = (columns + Int(CROSSBAR_LANES) - 1) / Int(CROSSBAR_LANES) * Int(CROSSBAR_LANES)
    cells = rows * stride
    tileRecords = Self.settings + pages(settingsBytes)
    journal = tileRecords + pages(tiles * MemoryLayout<crossbar_chip_tile>.stride)
    firstTile =
      journal + pages((Self.keptOutcomes + 1) * MemoryLayout<crossbar_chip_outcome>.stride)
    tileBytes = pages(36 * cells)
    undo = firstTile + tiles * tileBytes
    // At most 20 bytes a cell change at once: by a train weights, two counters, exposures and samples,
    // by drift weights and its memory. Blocks are rounded up to 64 bytes.
    length = hasUndo ? undo + pages(Self.undoData + 20 * cells + 64 * Self.mostBlocks) : undo
  }

  /// The arrays of a tile; all but the last have four bytes a cell.
  enum Array: Int {
    case weights, firedUp, firedDown, exposures, samples, driftedWeight, writtenWeight, writtenTime
  }

  func offset(of array: Array, tile: Int) -> Int {
    firstTile + tile * tileBytes + 4 * cells * array.rawValue
  }

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

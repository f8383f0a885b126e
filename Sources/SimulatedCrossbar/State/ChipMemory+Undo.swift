import CrossbarKernels

// A change of the file is all or nothing, whenever the process is killed:
//
//   begin    copy what is going to change into the undo area; store the number of blocks there: armed
//            change in place, on as many threads as there are
//   commit   store 0: the change is made
//
// Whoever finds the flag set copies the blocks back. Doing that twice does no harm, so that being killed
// while doing it does none either. A number of the journal is taken without undo, because one store of
// eight bytes takes it.
extension ChipMemory {
  /// A rectangle of an array of a tile, as bytes.
  typealias Block = crossbar_chip_block

  /// Saves what is going to change.
  ///
  /// - Precondition: the blocks together fit into the undo area; see ``ChipLayout``.
  func begin(_ blocks: [Block]) {
    guard isDurable else { return }
    let area = base + layout.undo
    precondition(blocks.count <= ChipLayout.mostBlocks, "more blocks than the undo area lists")
    let table: UnsafeMutablePointer<Block> = at(layout.undo + 64)
    var place = ChipLayout.undoData
    for (number, block) in blocks.enumerated() {
      table[number] = block
      precondition(
        layout.undo + place + Int(block.row_bytes * block.rows) <= layout.length,
        "more bytes than the undo area holds")
      Self.copy(
        from: base + Int(block.offset), Int(block.stride), to: area + place,
        Int(block.row_bytes), of: block)
      place += Self.room(for: block)
      reached("a block saved")
    }
    crossbar_publish(at(layout.undo), UInt64(blocks.count))
    reached("armed")
  }

  /// Makes the change lasting.
  func commit() {
    guard isDurable else { return }
    reached("changed")
    crossbar_publish(at(layout.undo), 0)
    reached("committed")
  }

  /// Takes back a change in which the process was killed.
  ///
  /// - Throws: ``StateFileError/Code/damaged`` if the undo area makes no sense.
  func rollBack() throws(StateFileError) {
    let flag: UnsafeMutablePointer<UInt64> = at(layout.undo)
    let count = flag.pointee
    guard count != 0 else { return }
    guard count <= UInt64(ChipLayout.mostBlocks) else { throw damaged() }
    let table: UnsafeMutablePointer<Block> = at(layout.undo + 64)
    var place = layout.undo + ChipLayout.undoData
    for number in 0..<Int(count) {
      guard isInside(table[number]), place + Self.room(for: table[number]) <= layout.length
      else { throw damaged() }
      place += Self.room(for: table[number])
    }
    place = layout.undo + ChipLayout.undoData
    for number in 0..<Int(count) {
      let block = table[number]
      Self.copy(
        from: base + place, Int(block.row_bytes), to: base + Int(block.offset),
        Int(block.stride), of: block)
      place += Self.room(for: block)
      reached("a block put back")
    }
    crossbar_publish(flag, 0)
    reached("put back")
  }

  /// The block of rows of an array; columns widened to whole vectors, as the kernels write them.
  func block(
    _ array: ChipLayout.Array, tile: Int, rows: Range<Int>, columns: Range<Int>
  ) -> Block {
    let lanes = Int(CROSSBAR_LANES)
    let first = columns.lowerBound / lanes * lanes
    let last = (columns.upperBound + lanes - 1) / lanes * lanes
    let size = array == .writtenTime ? 8 : 4
    let start =
      layout.offset(of: array, tile: tile) + size * (rows.lowerBound * layout.stride + first)
    return Block(
      offset: UInt64(start), row_bytes: UInt64(size * (last - first)),
      stride: UInt64(size * layout.stride), rows: UInt64(rows.count))
  }

  /// The block of a structure.
  func block<Value: BitwiseCopyable>(_ pointer: UnsafeMutablePointer<Value>) -> Block {
    let offset = UnsafeMutableRawPointer(pointer) - base
    let size = UInt64(MemoryLayout<Value>.stride)
    return Block(offset: UInt64(offset), row_bytes: size, stride: size, rows: 1)
  }

  private static func room(for block: Block) -> Int {
    (Int(block.row_bytes * block.rows) + 63) / 64 * 64
  }

  private static func copy(
    from source: UnsafeMutableRawPointer, _ sourceStride: Int,
    to target: UnsafeMutableRawPointer, _ targetStride: Int, of block: Block
  ) {
    if block.row_bytes == block.stride || block.rows == 1 {
      target.copyMemory(from: source, byteCount: Int(block.row_bytes * block.rows))
      return
    }
    for row in 0..<Int(block.rows) {
      (target + row * targetStride).copyMemory(
        from: source + row * sourceStride, byteCount: Int(block.row_bytes))
    }
  }

  private func isInside(_ block: Block) -> Bool {
    let end = UInt64(layout.undo)
    guard block.offset <= end, block.rows <= end, block.stride <= end, block.row_bytes <= end,
      block.row_bytes <= block.stride
    else { return false }
    let (span, overflow) = block.rows.multipliedReportingOverflow(by: block.stride)
    return !overflow && block.offset + span <= end + block.stride
      && block.rows > 0 && block.offset + span - block.stride + block.row_bytes <= end
  }

  private func damaged() -> StateFileError {
    StateFileError(
      .damaged, file?.path ?? "",
      "the record of the change in which the process was killed makes no sense; the chip cannot be "
        + "brought back")
  }
}

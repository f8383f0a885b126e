import CrossbarKernels

/// A call of the kernels that several threads share, each with rows of its own.
///
/// `@unchecked Sendable`: the structures hold pointers into buffers that outlive the call, and no two
/// threads are given the same row.
struct KernelWork: @unchecked Sendable {
  let cells: crossbar_cells
  let pulses: crossbar_pulses
  let sums: CellBuffer<Double>

  /// Fires the pulses of some rows of the region.
  func run(rows: Range<Int>) {
    withUnsafePointer(to: cells) { cells in
      withUnsafePointer(to: pulses) { pulses in
        crossbar_apply(
          cells, pulses, Int32(rows.lowerBound), Int32(rows.upperBound), sums.pointer)
      }
    }
  }

  /// Fires the pulses of some rows of the tile, of which not all are in the region, and lets all of their cells feel
  /// what happens around them.
  func run(rows: Range<Int>, in surroundings: Surroundings) {
    let first = Int(pulses.first_row)
    let own = rows.clamped(to: first..<first + Int(pulses.rows))
    var slotPulses = pulses
    let slotSums = CellBuffer<Double>(count: Int(pulses.rows), repeating: 0)
    withUnsafePointer(to: cells) { cells in
      for slot in pulses.first_slot..<pulses.last_slot {
        (slotPulses.first_slot, slotPulses.last_slot) = (slot, slot + 1)
        crossbar_apply(
          cells, &slotPulses, Int32(own.lowerBound), Int32(own.upperBound), slotSums.pointer)
        for row in own { sums[row - first] += slotSums[row - first] }
        surroundings.settle(slot: Int(slot), rows: rows, cells: cells, pulses: &slotPulses)
      }
    }
  }
}

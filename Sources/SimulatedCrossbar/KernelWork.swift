import CrossbarKernels

/// A call of the kernels that several threads share, each with rows of its own.
///
/// `@unchecked Sendable`: the structures hold pointers into buffers that outlive the call, and no two
/// threads are given the same row.
struct KernelWork: @unchecked Sendable {
  let cells: crossbar_cells
  let pulses: crossbar_pulses
  let sums: CellBuffer<Double>

  func run(rows: Range<Int>) {
    withUnsafePointer(to: cells) { cells in
      withUnsafePointer(to: pulses) { pulses in
        crossbar_apply(
          cells, pulses, Int32(rows.lowerBound), Int32(rows.upperBound), sums.pointer)
      }
    }
  }
}

/// An array of one number a cell, aligned for vectors, in memory that does not move.
///
/// `@unchecked Sendable`: the crossbar's actor owns every buffer, and within one train its threads
/// write to rows of their own.
final class CellBuffer<Number: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Number>
  let count: Int

  init(count: Int, repeating value: Number) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Number>.stride, alignment: 64)
    pointer = raw.bindMemory(to: Number.self, capacity: max(1, count))
    pointer.initialize(repeating: value, count: count)
  }

  deinit {
    UnsafeMutableRawPointer(pointer).deallocate()
  }

  subscript(index: Int) -> Number {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }
}

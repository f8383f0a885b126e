/// An array of one number a cell, aligned for vectors, in memory that does not move.
///
/// `@unchecked Sendable`: the crossbar's actor owns every buffer, and within one train its threads
/// write to rows of their own.
final class CellBuffer<Number: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Number>
  let count: Int
  /// The memory that this is a part of, or nil where the buffer has its own.
  private let memory: ChipMemory?

  init(count: Int, repeating value: Number) {
    self.count = count
    memory = nil
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Number>.stride, alignment: 64)
    pointer = raw.bindMemory(to: Number.self, capacity: max(1, count))
    pointer.initialize(repeating: value, count: count)
  }

  /// A part of the chip's memory, with the numbers that are there.
  init(count: Int, at offset: Int, in memory: ChipMemory) {
    self.count = count
    self.memory = memory
    pointer = (memory.base + offset).bindMemory(to: Number.self, capacity: count)
  }

  deinit {
    if memory == nil { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  subscript(index: Int) -> Number {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }
}

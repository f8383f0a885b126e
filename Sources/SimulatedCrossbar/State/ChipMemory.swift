import CrossbarKernels
import DeviceContract
import PhysicalUnits

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Everything about a simulated chip that changes: in memory of its own, or in a file that is mapped.
///
/// Both have one layout and one way of being changed. In a file each change is between ``begin(_:)`` and
/// ``commit()``: see `ChipMemory+Undo.swift`.
///
/// `@unchecked Sendable`: the crossbar's actor owns it, and within one train its threads write to rows
/// of their own.
final class ChipMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let layout: ChipLayout
  /// The file, or nil where the chip forgets everything when the process ends.
  let file: StateFile?
  /// Told of every instant at which the file must be right; for tests, which copy the file there.
  var watch: ((StaticString) -> Void)?

  var isDurable: Bool { file != nil }

  /// A chip that lives as long as this object.
  init(volatile layout: ChipLayout, epoch: UInt64) throws {
    self.layout = layout
    file = nil
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    base = try StateFile.mapped(length: layout.length, flags: flags, descriptor: -1, path: "memory")
    header.pointee.epoch = epoch
  }

  /// A chip that lives in a file.
  init(_ file: StateFile, layout: ChipLayout) throws {
    self.layout = layout
    self.file = file
    base = try StateFile.mapped(
      length: layout.length, flags: MAP_SHARED, descriptor: file.descriptor, path: file.path)
  }

  deinit {
    if isDurable {
      // Nobody has the file any more.
      (base + ChipLayout.holder).storeBytes(of: 0, as: UInt32.self)
      synchronize()
    }
    munmap(base, layout.length)
  }

  /// Writes everything to the disk, so that it outlives a power failure of the host.
  func synchronize() {
    if isDurable { msync(base, layout.length, MS_SYNC) }
  }

  /// Marks an instant at which the file must be right.
  func reached(_ point: StaticString) { watch?(point) }

  var header: UnsafeMutablePointer<crossbar_chip_header> { at(0) }
  var books: UnsafeMutablePointer<crossbar_chip_books> { at(ChipLayout.books) }

  func tileRecord(_ tile: Int) -> UnsafeMutablePointer<crossbar_chip_tile> {
    at(layout.tileRecord(tile))
  }

  func array<Number: BitwiseCopyable>(
    _ array: ChipLayout.Array, tile: Int
  ) -> CellBuffer<Number> {
    CellBuffer(count: layout.cells, at: layout.offset(of: array, tile: tile), in: self)
  }

  func at<Value: BitwiseCopyable>(_ offset: Int) -> UnsafeMutablePointer<Value> {
    (base + offset).assumingMemoryBound(to: Value.self)
  }
}

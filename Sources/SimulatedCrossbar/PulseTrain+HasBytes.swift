import DeviceContract
import PhysicalUnits

extension PulseTrain {
  /// Whether the train can be written as bytes, and so have a digest: nothing in it counts below 0, and
  /// no line fires after the last slot.
  ///
  /// A device on a wire could not even be asked for one that cannot.
  var hasBytes: Bool {
    guard region.tile.index >= 0, region.rows.lowerBound.index >= 0,
      region.columns.lowerBound.index >= 0,
      [shape.width, shape.rise, shape.fall, shape.period].allSatisfy({ $0.picoseconds >= 0 }),
      (reads?.everySteps ?? 0) >= 0, (reads?.averages ?? 0) >= 0
    else { return false }
    switch pattern {
    case .uniform(_, let count), .alternating(let count): return count >= 0
    case .counts: return true
    case .outerProduct(let rowLines, let columnLines, let slots):
      return slots >= 0 && slots <= 1 << 32
        && (rowLines + columnLines).allSatisfy { $0.length <= slots }
    }
  }
}

import CrossbarKernels
import DeviceContract

/// The bit lines of an outer product, one byte a slot and line, slot by slot, as the kernels take them.
struct LineBytes: Sendable {
  private let rowFires, columnFires, rowNegative, columnNegative: [UInt8]
  /// The most cells that are pulsed: those in which two lines cross that fire at all.
  let most: Int

  /// Nil for trains without lines.
  init?(_ train: PulseTrain) {
    guard case .outerProduct(let rowLines, let columnLines, let slots) = train.pattern else {
      return nil
    }
    most =
      rowLines.count { !$0.words.isEmpty } * columnLines.count { !$0.words.isEmpty }
    rowFires = Self.fires(rowLines, slots: slots)
    columnFires = Self.fires(columnLines, slots: slots)
    rowNegative = rowLines.map { $0.isNegative ? 1 : 0 }
    columnNegative = columnLines.map { $0.isNegative ? 1 : 0 }
  }

  /// Calls with the lines in place, as long as the call lasts.
  func withPulses<Result>(
    _ pulses: crossbar_pulses, _ body: (crossbar_pulses) -> Result
  ) -> Result {
    var pulses = pulses
    pulses.pattern = CROSSBAR_OUTER_PRODUCT
    return rowFires.withUnsafeBufferPointer { rows in
      columnFires.withUnsafeBufferPointer { columns in
        rowNegative.withUnsafeBufferPointer { rowSigns in
          columnNegative.withUnsafeBufferPointer { columnSigns in
            (pulses.row_fires, pulses.column_fires) = (rows.baseAddress, columns.baseAddress)
            (pulses.row_negative, pulses.column_negative) = (
              rowSigns.baseAddress, columnSigns.baseAddress
            )
            return body(pulses)
          }
        }
      }
    }
  }

  private static func fires(_ lines: [BitLine], slots: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(1, slots * lines.count))
    bytes.withUnsafeMutableBufferPointer { bytes in
      for place in lines.indices where !lines[place].words.isEmpty {
        lines[place].forEachFiring(slots: slots) { bytes[$0 * lines.count + place] = 1 }
      }
    }
    return bytes
  }
}

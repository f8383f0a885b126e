import AnalogTraining
import Calibration
import DeviceContract
import PulseLedger
import Reporting

/// Symmetric points that an earlier calibration, training or tracking has left behind, for what begins with them.
struct KnownPoints {
  let source: String
  let map: ReferenceMap

  /// Reads a run folder, or a reference map by itself.
  init(_ source: String) throws {
    self.source = source
    map = try ReferenceMap(run: source)
  }

  /// Refuses the points of another device.
  func check(_ device: DeviceIdentity) throws {
    // Chips of the simulator that keep no state have the number of their seed, whatever their cells are.
    guard map.device.serialNumber == device.serialNumber, map.device.model == device.model else {
      throw CommandFailure(
        .usage,
        "--reference \(source): it is of \(map.device.model) \(map.device.serialNumber), and these pulses are of "
          + "\(device.model) \(device.serialNumber); points of other cells say nothing of these")
    }
  }

  /// The points of a region, with infinite spreads where nothing is known.
  ///
  /// - Throws: where the map knows no cell of it.
  func reference(of region: CellRegion) throws -> KnownReference {
    var known = KnownReference(rows: region.rows.count, columns: region.columns.count)
    known.spread = Matrix(
      rows: known.estimate.rows, columns: known.estimate.columns, repeating: .infinity)
    var count = 0
    for place in 0..<region.count {
      let (row, column) = place.quotientAndRemainder(dividingBy: region.columns.count)
      let (r, c) = (
        region.rows.lowerBound.advanced(by: row), region.columns.lowerBound.advanced(by: column)
      )
      guard map.region.tile == region.tile, map.region.contains(row: r, column: c) else { continue }
      let cell = map.cells[map.region.offset(row: r, column: c)]
      guard let value = cell.value, let width = cell.halfWidth, !cell.isFilled else { continue }
      known.estimate.values[place] = value
      // Nothing is known for sure.
      known.spread.values[place] = max(width / 1.96, 1e-6)
      count += 1
    }
    guard count > 0 else {
      throw CommandFailure(
        .usage,
        "--reference \(source): it is of \(map.region), and knows no cell of \(region)")
    }
    return known
  }
}

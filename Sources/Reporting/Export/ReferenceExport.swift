public import Calibration
import DeviceContract
public import Foundation
import SymmetricPoint

/// A reference map as a file for other programs.
public enum ReferenceExport {
  /// The forms of such a file.
  public enum Form: String, Sendable, CaseIterable {
    /// A table of weights for `numpy.load`.
    case npy
    /// A line a cell.
    case csv
    /// The map itself.
    case json

    /// The form that the ending of a name says; nil for another one.
    public init?(ofFile name: String) {
      self.init(rawValue: URL(fileURLWithPath: name).pathExtension.lowercased())
    }
  }

  /// The bytes of a file; cells without a value are not numbers.
  public static func encode(_ map: ReferenceMap, as form: Form) throws -> Data {
    switch form {
    case .npy:
      return try NPYWriter.encode(
        map.values.map { $0 ?? .nan }, rows: map.region.rows.count,
        columns: map.region.columns.count)
    case .csv: return Data(try table(map).text.utf8)
    case .json: return try JSONText.encode(map)
    }
  }

  private static func table(_ map: ReferenceMap) throws -> CSVTable {
    var table = CSVTable(
      columns: ["row", "column", "symmetric_point", "half_width", "verdict", "pulses", "filled"]
        .map { .init($0) })
    let columns = map.region.columns.count
    for (place, cell) in map.cells.enumerated() {
      let (row, column) = place.quotientAndRemainder(dividingBy: columns)
      try table.append([
        .integer(map.region.rows.lowerBound.index + row),
        .integer(map.region.columns.lowerBound.index + column),
        cell.value.map { .number(Double($0)) } ?? .missing,
        cell.halfWidth.map { .number(Double($0)) } ?? .missing, .text(cell.verdict.rawValue),
        .integer(cell.pulses), .integer(cell.isFilled ? 1 : 0),
      ])
    }
    return table
  }
}

import Foundation
import PulseLedger

extension LedgerTotalsReport {
  /// Writes what every cell has seen: a table (`.csv`), the pulses of the one tile (`.npy`), or into a
  /// folder a table and a map of every count and tile.
  ///
  /// - Returns: the files.
  /// - Throws: ``ReportingError``; `invalid` for a map of a chip with several tiles.
  @discardableResult
  public func writeCells(to path: String) throws -> [String] {
    if path.hasSuffix(".csv") || path.hasPrefix("/dev/") {
      try writeTable(to: path)
      return [path]
    }
    if path.hasSuffix(".npy") {
      guard totals.tiles.count == 1 else {
        throw ReportingError(
          code: .invalid, path: path,
          explanation:
            "\(path) holds one map, and the chip has \(totals.tiles.count) tiles. Name a "
            + "folder.")
      }
      try OutputFile.write(try map(totals.tiles[0].pulses), to: path)
      return [path]
    }
    return try writeFolder(path.hasSuffix("/") ? String(path.dropLast()) : path)
  }

  private func writeFolder(_ folder: String) throws -> [String] {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: false)
      } catch {
        throw ReportingError(
          code: .notWritable, path: folder,
          explanation: "The folder \(folder) could not be made.",
          systemMessage: error.localizedDescription)
      }
    }
    try writeTable(to: folder + "/cells.csv")
    var written = [folder + "/cells.csv"]
    for (tile, counts) in totals.tiles.enumerated() {
      for (name, values) in [
        ("pulses", counts.pulses), ("up", counts.up), ("down", counts.down),
        ("adopted", counts.adopted), ("uncertain", counts.uncertain),
        ("half-select-exposures", counts.exposures),
      ] {
        let path = "\(folder)/tile-\(tile)-\(name).npy"
        try OutputFile.write(try map(values), to: path)
        written.append(path)
      }
    }
    return written
  }

  private func map(_ values: [UInt32]) throws -> Data {
    try NPYWriter.encode(values, rows: totals.genesis.rows, columns: totals.genesis.columns)
  }

  private func writeTable(to path: String) throws {
    let file = try GrowingFile(path)
    try file.append(
      "tile,row,column,up,down,adopted,uncertain,pulses,half_select_exposures\n")
    for tile in totals.tiles.indices {
      for place in totals.tiles[tile].up.indices {
        let cell = totals.cell(tile: tile, place)
        let numbers = [
          cell.tile, cell.row, cell.column, cell.up, cell.down, cell.adopted, cell.uncertain,
          cell.pulses, cell.exposures,
        ]
        try file.append(numbers.map(String.init).joined(separator: ",") + "\n")
      }
    }
    try file.finish()
  }
}

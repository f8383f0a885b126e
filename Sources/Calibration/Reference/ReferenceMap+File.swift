import DeviceContract
public import Foundation
import SymmetricPoint

extension ReferenceMap {
  /// The form of the file: what no other file has at its beginning.
  static let schema = "tare-reference"
  /// Rises when a field changes its meaning.
  static let version = 1

  private struct Head: Decodable {
    let schema: String
    let version: Int
  }

  /// What stands in the file; lists are row-major over the region.
  private struct File: Codable {
    let schema: String
    let version: Int
    let device: DeviceIdentity
    let tile, firstRow, firstColumn, rows, columns: Int
    let method: String
    let tolerance: Double?
    let confidence: Double
    let run, stoppedBy: String?
    /// As weights; null for a cell without a symmetric point.
    let symmetricPoints, halfWidths: [Float?]
    let steps: [Float?]?
    let verdicts: [SymmetricPointEstimate.Verdict]
    let pulses: [Int]
    /// Places of cells whose values are not their own.
    let filled: [Int]?
  }

  /// Reads the map of a run.
  ///
  /// - Parameter run: a run folder, or the file itself.
  public init(run: String) throws(ReferenceMapError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: run, isDirectory: &isFolder) else {
      throw ReferenceMapError(.missing, "\(run): there is no such run folder")
    }
    let path = isFolder.boolValue ? run + "/" + Self.fileName : run
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ReferenceMapError(
        .missing,
        "\(run): it holds no \(Self.fileName), which `tare calibrate` writes at its end; a calibration that was "
          + "killed goes on when its command is given again")
    }
    try self.init(json: data, name: path)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter name: what messages call it.
  public init(json data: Data, name: String) throws(ReferenceMapError) {
    let decoder = JSONDecoder()
    guard (try? JSONSerialization.jsonObject(with: data)) != nil else {
      throw ReferenceMapError(
        .damaged, "\(name): it is no JSON, or is cut short; calibrate again, or copy it again")
    }
    guard let head = try? decoder.decode(Head.self, from: data), head.schema == Self.schema else {
      throw ReferenceMapError(
        .foreign, "\(name): it is no reference map, whose schema is \"\(Self.schema)\"")
    }
    guard head.version == Self.version else {
      throw ReferenceMapError(
        .foreign,
        "\(name): it is a reference map of version \(head.version), and this program knows version \(Self.version)"
      )
    }
    let file: File
    do {
      file = try decoder.decode(File.self, from: data)
    } catch {
      throw ReferenceMapError(.damaged, "\(name): \(Self.text(error))")
    }
    try self.init(file, name)
  }

  private init(_ file: File, _ name: String) throws(ReferenceMapError) {
    let (count, overflows) = file.rows.multipliedReportingOverflow(by: file.columns)
    let corner = [file.tile, file.firstRow, file.firstColumn]
    let most = 1 << 20
    guard file.rows > 0, file.columns > 0, !overflows,
      corner.allSatisfy({ (0..<most).contains($0) }),
      max(file.rows, file.columns) < most
    else {
      throw ReferenceMapError(
        .shape,
        "\(name): \(file.rows) x \(file.columns) cells from row \(file.firstRow), column \(file.firstColumn) of "
          + "tile \(file.tile) are no part of an array")
    }
    for (list, entries) in [
      ("symmetricPoints", file.symmetricPoints.count), ("halfWidths", file.halfWidths.count),
      ("steps", file.steps?.count ?? count), ("verdicts", file.verdicts.count),
      ("pulses", file.pulses.count),
    ] where entries != count {
      throw ReferenceMapError(
        .shape,
        "\(name): \(list) has \(entries) entries, and \(file.rows) x \(file.columns) cells need \(count)"
      )
    }
    let filled = Set(file.filled ?? [])
    guard filled.allSatisfy((0..<count).contains), file.pulses.allSatisfy({ $0 >= 0 }) else {
      throw ReferenceMapError(.shape, "\(name): it names cells or pulses that cannot be")
    }
    let (row, column) = (Row(file.firstRow), Column(file.firstColumn))
    self.init(
      device: file.device,
      region: CellRegion(
        tile: Tile(file.tile), rows: row..<row.advanced(by: file.rows),
        columns: column..<column.advanced(by: file.columns)),
      method: file.method, tolerance: file.tolerance, confidence: file.confidence, run: file.run,
      stoppedBy: file.stoppedBy,
      cells: (0..<count).map { cell in
        Cell(
          value: file.symmetricPoints[cell], halfWidth: file.halfWidths[cell],
          step: file.steps?[cell], verdict: file.verdicts[cell], pulses: file.pulses[cell],
          isFilled: filled.contains(cell))
      })
  }

  private static func text(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
        + context.debugDescription
    default: "\(error)"
    }
  }
}

extension ReferenceMap: Encodable {
  /// Writes what ``init(json:name:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    let filled = cells.indices.filter { cells[$0].isFilled }
    try File(
      schema: Self.schema, version: Self.version, device: device, tile: region.tile.index,
      firstRow: region.rows.lowerBound.index, firstColumn: region.columns.lowerBound.index,
      rows: region.rows.count, columns: region.columns.count, method: method,
      tolerance: tolerance, confidence: confidence, run: run, stoppedBy: stoppedBy,
      symmetricPoints: values, halfWidths: cells.map(\.halfWidth),
      steps: cells.allSatisfy { $0.step == nil } ? nil : cells.map(\.step),
      verdicts: cells.map(\.verdict), pulses: cells.map(\.pulses),
      filled: filled.isEmpty ? nil : filled
    ).encode(to: encoder)
  }
}

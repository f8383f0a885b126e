import DeviceContract
import Foundation
import SymmetricPoint
import Testing

@testable import Calibration

/// What a calibration leaves behind, written and read back.
@Suite struct ReferenceMapTests {
  static let map: ReferenceMap = {
    let verdicts = SymmetricPointEstimate.Verdict.allCases
    let cells = (0..<12).map { cell in
      ReferenceMap.Cell(
        SymmetricPointEstimate(
          // Thirds have no finite decimals: they are the test of the digits.
          value: Float(cell) / 3 - 0.7, halfWidth: 1 / Float(cell + 3), pulses: 17 * cell,
          verdict: verdicts[cell % verdicts.count]),
        step: cell == 3 ? nil : 0.001 * Float(cell))
    }
    return ReferenceMap(
      device: DeviceIdentity(model: "m", serialNumber: "s", firmware: "f"),
      region: CellRegion(tile: 1, rows: 2..<5, columns: 4..<8), method: "seek", tolerance: 0.02,
      run: "r", cells: cells)
  }()

  static func json(_ map: ReferenceMap = map) throws -> Data { try JSONEncoder().encode(map) }

  @Test func aMapComesBackAsItWas() throws {
    var map = Self.map
    #expect(try ReferenceMap(json: Self.json(map), name: "x") == map)
    (map.stoppedBy, map.tolerance, map.run) = ("the link was lost", nil, nil)
    #expect(try ReferenceMap(json: Self.json(map), name: "x") == map)
    let filled = try map.filled(by: .zero)
    #expect(try ReferenceMap(json: Self.json(filled), name: "x") == filled)
    #expect(filled != map)
  }

  @Test func cellsWithoutAPointHaveNoNumber() throws {
    let map = Self.map
    for cell in map.cells {
      let hasNone = [.stuck, .outside].contains(cell.verdict)
      #expect((cell.value == nil) == hasNone && (cell.halfWidth == nil) == hasNone)
    }
    #expect(map.empty.count == map.cells.count { [.stuck, .outside].contains($0.verdict) })
  }

  @Test func emptyCellsAreFilledAsAsked() throws {
    let map = Self.map
    let known = map.values.compactMap { $0 }
    let mean = known.reduce(0, +) / Float(known.count)
    for (fill, value) in [(ReferenceMap.Fill.arrayMean, mean), (.zero, 0)] {
      let filled = try map.filled(by: fill)
      #expect(filled.empty.isEmpty)
      for (cell, was) in zip(filled.cells, map.cells) {
        #expect(cell.isFilled == (was.value == nil))
        #expect(abs((cell.value ?? .nan) - (was.value ?? value)) < 1e-6)
        #expect(cell.verdict == was.verdict)
      }
    }
    let refusal = #expect(throws: ReferenceMapError.self) { try map.filled(by: .refuse) }
    #expect(refusal?.code == .incomplete)
    #expect(refusal?.description.contains("stuck") == true)
    // The first of them: verdict 3 of 7, in row 2 and column 7 of the tile.
    #expect(
      refusal?.description.contains("row 2, column 7") == true, "\(refusal?.description ?? "")")
  }

  @Test func aRunFolderIsReadBack() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tare-reference-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let missing = #expect(throws: ReferenceMapError.self) { try ReferenceMap(run: folder.path) }
    #expect(missing?.code == .missing)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("maps"), withIntermediateDirectories: true)
    let empty = #expect(throws: ReferenceMapError.self) { try ReferenceMap(run: folder.path) }
    #expect(empty?.code == .missing && empty?.description.contains("reference.json") == true)
    let file = folder.appendingPathComponent(ReferenceMap.fileName)
    try Self.json().write(to: file)
    #expect(try ReferenceMap(run: folder.path) == Self.map)
    #expect(try ReferenceMap(run: file.path) == Self.map)
  }

  /// A file that was cut anywhere is never taken for a whole one.
  @Test func whatWasCutShortIsSaidToBe() throws {
    let whole = try Self.json()
    for length in stride(from: 0, to: whole.count, by: 7) {
      let failure = #expect(throws: ReferenceMapError.self) {
        try ReferenceMap(json: whole.prefix(length), name: "cut.json")
      }
      #expect(failure?.code == .damaged)
      #expect(failure?.description.contains("cut.json") == true)
    }
  }

  @Test(arguments: [
    ("\"version\":1", "\"version\":2", ReferenceMapError.Code.foreign, "version 2"),
    ("tare-reference", "numpy", .foreign, "tare-reference"),
    ("\"rows\":3", "\"rows\":4", .shape, "4 x 4"),
    ("\"rows\":3", "\"rows\":-3", .shape, "-3"),
    ("\"columns\":4", "\"columns\":4611686018427387904", .shape, "no part of an array"),
    ("\"firstRow\":2", "\"firstRow\":-1", .shape, "-1"),
    ("\"method\":\"seek\",", "", .damaged, "method"),
    ("\"converged\"", "\"convinced\"", .damaged, "verdicts"),
    ("\"pulses\":[0,", "\"pulses\":[", .shape, "pulses"),
    ("\"pulses\":[0,", "\"pulses\":[-1,", .shape, "pulses"),
  ])
  func whatIsAnotherFileIsNamed(
    part: String, other: String, code: ReferenceMapError.Code, mention: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(Self.map), as: UTF8.self)
    #expect(text.contains(part))
    let changed = text.replacing(part, with: other, maxReplacements: 1)
    let failure = #expect(throws: ReferenceMapError.self) {
      try ReferenceMap(json: Data(changed.utf8), name: "other.json")
    }
    #expect(failure?.code == code, "\(failure?.description ?? "")")
    #expect(failure?.description.contains(mention) == true, "\(failure?.description ?? "")")
  }
}

import DeviceContract
import ResponseModels
import SimulatedCrossbar
import Testing

@testable import AnalogTraining

/// Where layers lie, and what is read back of them.
@Suite struct FloorplanTests {
  static func capabilities(tiles: Int, rows: Int, columns: Int) throws -> Capabilities {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    (settings.tiles, settings.rows, settings.columns) = (tiles, rows, columns)
    return try SimulatedCrossbar(settings).capabilities
  }

  static let shapes = [
    WeightShape(rows: 6, columns: 10), WeightShape(rows: 4, columns: 6),
    WeightShape(rows: 3, columns: 4),
  ]

  @Test func layersDoNotOverlap() throws {
    for (rows, columns) in [(13, 10), (10, 12), (6, 20)] {
      let capabilities = try Self.capabilities(tiles: 2, rows: rows, columns: columns)
      let plan = try Floorplan(Self.shapes, arrays: 2, on: capabilities)
      var cells: Set<[Int]> = []
      for (layer, shape) in Self.shapes.enumerated() {
        let region = plan.region(layer: layer, array: 1)
        #expect(throws: Never.self) { try capabilities.check(region) }
        #expect(region.rows.count == shape.rows && region.columns.count == shape.columns)
        for row in region.rows {
          for column in region.columns { cells.insert([row.index, column.index]) }
        }
      }
      #expect(cells.count == 60 + 24 + 12)
    }
  }

  @Test func aPartOfALayerIsCountedFromItsCorner() throws {
    let capabilities = try Self.capabilities(tiles: 2, rows: 13, columns: 10)
    let plan = try Floorplan(Self.shapes, arrays: 2, on: capabilities)
    let part = plan.region(layer: 1, array: 1, rows: 1..<2, columns: 2..<4)
    #expect(part == CellRegion(tile: 1, rows: 7..<8, columns: 2..<4))
  }

  @Test func tooFewTilesAreSaidWithTheNumberNeeded() throws {
    let error = try #require(throws: TrainingError.self) {
      _ = try Floorplan(
        Self.shapes, arrays: 2, on: Self.capabilities(tiles: 1, rows: 64, columns: 64))
    }
    #expect(error.code == .doesNotFit)
    #expect(error.explanation.contains("needs 2 arrays") && error.explanation.contains("has 1;"))
    #expect(error.explanation.contains("take a device with 2 tiles"))
    #expect(!error.explanation.contains("simulator"), "it may be a board")
  }

  @Test(arguments: [(9, 10), (64, 9)])
  func tooFewLinesAreSaidWithALayerAndWhatFits(rows: Int, columns: Int) throws {
    let error = try #require(throws: TrainingError.self) {
      _ = try Floorplan(
        Self.shapes, arrays: 1, on: Self.capabilities(tiles: 1, rows: rows, columns: columns))
    }
    #expect(error.code == .doesNotFit)
    #expect(error.explanation.contains("nothing was fired"))
    // What it advises is enough.
    #expect(error.explanation.contains("13 rows and 10 columns"))
    #expect(!error.explanation.contains("simulator"), "it may be a board")
    #expect(throws: Never.self) {
      _ = try Floorplan(
        Self.shapes, arrays: 1, on: Self.capabilities(tiles: 1, rows: 13, columns: 10))
    }
  }

  // MARK: - What is read back

  static func parts(_ shape: WeightShape, _ pulses: ArrayPulses...) -> [[Range<Int>]] {
    var touched = TouchedLines(shape)
    for pulses in pulses { touched.add(pulses) }
    return touched.parts.map { [$0.rows, $0.columns] }
  }

  @Test func onlyLinesThatFiredAreReadBack() {
    let shape = WeightShape(rows: 20, columns: 10)
    let (idle, fired) = (BitLine(slots: []), BitLine(slots: [0]))
    var rows = Array(repeating: idle, count: 20)
    for row in [2, 5, 15] { rows[row] = fired }
    let columns = Array(repeating: fired, count: 10)
    let pulses = ArrayPulses(
      array: 0, rows: 0..<20, columns: 0..<10,
      pattern: .outerProduct(rowLines: rows, columnLines: columns, slots: 1))
    // Rows 2 and 5 are read together, with those in between.
    #expect(Self.parts(shape, pulses) == [[2..<6, 0..<10], [15..<16, 0..<10]])
    #expect(Self.parts(shape).isEmpty)
  }

  @Test func columnsAreReadWhereTheyAreFewerCells() {
    let shape = WeightShape(rows: 20, columns: 10)
    let pulses = ArrayPulses(
      array: 0, rows: 0..<20, columns: 3..<4, pattern: .counts(Array(repeating: 1, count: 20)))
    #expect(Self.parts(shape, pulses) == [[0..<20, 3..<4]])
    let part = ArrayPulses(array: 0, rows: 7..<8, columns: 0..<10, pattern: .uniform(.up, count: 1))
    #expect(Self.parts(shape, part) == [[7..<8, 0..<10]])
  }
}

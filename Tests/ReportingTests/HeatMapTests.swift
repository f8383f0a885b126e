import Foundation
import Testing

@testable import Reporting

@Suite struct HeatMapTests {
  @Test func cellsGetTheColoursOfTheirValues() {
    let map = HeatMap(title: "t", rows: 2, columns: 2, values: [0.0, 1, 1, 0.5], label: "G")
    let colors = ColorScale.sequential.colors
    let cells = cells(map)
    #expect(cells[colors[0]] == "M0 0h1v1h-1z")
    #expect(cells[colors[ColorScale.levels - 1]] == "M1 0h1v1h-1zM0 1h1v1h-1z")
    #expect(cells[colors[ColorScale.levels / 2]] == "M1 1h1v1h-1z")
  }

  @Test func neighboursOfARowThatShareAColourAreOnePiece() {
    let map = HeatMap(title: "t", rows: 1, columns: 4, values: [0.0, 0, 0, 1], label: "G")
    #expect(cells(map)[ColorScale.sequential.colors[0]] == "M0 0h3v1h-3z")
  }

  @Test func missingCellsAreHatchedAndNamed() {
    let map = HeatMap(title: "t", rows: 1, columns: 3, values: [1, .nan, .infinity], label: "G")
    let probe = SVGProbe(map.svg())
    #expect(probe.contents.contains("no data (2 cells)"))
    #expect(probe.paths("tare-missing") == ["M1 0h2v1h-2z"])
    #expect(probe.paths("tare-hatch").count == 2)
    let whole = HeatMap(title: "t", rows: 1, columns: 2, values: [1.0, 2], label: "G")
    #expect(SVGProbe(whole.svg()).count("tare-missing") == 0)
  }

  /// Each reason has a look of its own, and only cells without a value have one at all.
  @Test func cellsWithoutAValueAreHatchedByTheReason() {
    var map = HeatMap(
      title: "t", rows: 2, columns: 3, values: [1, .nan, .nan, .nan, 2, .nan], label: "G")
    map.gaps = [
      .init("stuck", cells: [1, 4]), .init("outside", cells: [2, 3]), .init("none", cells: []),
    ]
    let probe = SVGProbe(map.svg())
    for text in ["stuck (1 cell)", "outside (2 cells)", "no data (1 cell)"] {
      #expect(probe.contents.contains(text), "\(probe.contents)")
    }
    #expect(!probe.contents.contains { $0.contains("none") })
    // Neighbours of two reasons are two pieces.
    #expect(probe.paths("tare-missing") == ["M1 0h1v1h-1zM2 0h1v1h-1zM0 1h1v1h-1zM2 1h1v1h-1z"])
    // Three kinds in the map, and a sample of each in the legend.
    #expect(Set(probe.paths("tare-hatch")).count == 6)
  }

  @Test(arguments: Hatching.Kind.allCases) func hatchingStaysInItsArea(kind: Hatching.Kind) {
    let area = Rectangle(left: 13, top: 21, right: 61, bottom: 45)
    let path = Hatching.path([area], spacing: 6, kind: kind)
    let ends = path.split(whereSeparator: { $0 == "M" || $0 == "L" }).map {
      $0.split(separator: " ").compactMap { Double($0) }
    }
    #expect(ends.count >= 20 && ends.allSatisfy { $0.count == 2 })
    #expect(ends.allSatisfy { (13...61).contains($0[0]) && (21...45).contains($0[1]) })
    var slopes: Set<Int> = []
    for line in stride(from: 0, to: ends.count, by: 2) {
      let (x, y) = (ends[line + 1][0] - ends[line][0], ends[line + 1][1] - ends[line][1])
      #expect(abs(abs(x) - abs(y)) < 0.011)
      slopes.insert(x * y > 0 ? 1 : -1)
    }
    // The page counts downwards: rising lines have falling numbers.
    #expect(slopes == (kind == .crossed ? [1, -1] : kind == .falling ? [1] : [-1]))
  }

  @Test func divergingScaleHasItsMiddleAtTheCentre() {
    let map = HeatMap(
      title: "t", rows: 1, columns: 3, values: [-1.0, 0, 3], label: "w",
      colors: .diverging(center: 0))
    let colors = ColorScale.diverging(center: 0).colors
    let cells = cells(map)
    #expect(cells[colors[ColorScale.levels / 2]] == "M1 0h1v1h-1z")
    #expect(cells[colors[ColorScale.levels - 1]] == "M2 0h1v1h-1z")
    #expect(cells[colors[0]] == nil)
  }

  @Test func valuesBeyondTheLimitsAreCounted() {
    let map = HeatMap(
      title: "t", rows: 1, columns: 4, values: [-1.0, 0.2, 0.5, 7], label: "G", limits: 0...1)
    let probe = SVGProbe(map.svg())
    #expect(probe.contents.contains("Beyond the colour bar: 2 of 4 cells."))
    #expect(cells(map)[ColorScale.sequential.colors[0]] == "M0 0h1v1h-1z")
  }

  @Test func largeArrayIsDrawnAsMeansOfBlocksAndSaysSo() {
    var state: UInt64 = 1
    let values = (0..<512 * 512).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40)
    }
    let map = HeatMap(title: "t", rows: 512, columns: 512, values: values, label: "G")
    let svg = map.svg()
    #expect(svg.utf8.count < 1_500_000)
    #expect(SVGProbe(svg).contents.contains("Each square is the mean of 4×4 cells."))
    #expect(SVGProbe(svg).summary.contains("mean of 4×4 cells"))
    let fine = HeatMap(
      title: "t", rows: 128, columns: 128, values: Array(values.prefix(128 * 128)), label: "G")
    #expect(fine.svg().utf8.count < 1_500_000)
    #expect(!fine.svg().contains("mean of"))
  }

  @Test func blocksAtTheEdgeAreMeansOfFewerCells() {
    let rows = 3
    let columns = 20_000
    let values = (0..<rows * columns).map { Double($0 % columns) }
    let blocks = BlockMean(rows: rows, columns: columns, values: values)
    #expect(blocks.blockRows == 1)
    #expect(blocks.blockColumns == 157)
    #expect(blocks.columns == 128)
    #expect(blocks.values[0] == 78)
    // 19 939 to 19 999.
    #expect(blocks.values[127] == 19_969)
  }

  @Test func missingCellsDoNotSpoilABlock() {
    var values = [Double](repeating: 2, count: 256 * 256)
    values[0] = .nan
    values[1] = 8
    for index in [2, 3, 258, 259] { values[index] = .nan }
    let blocks = BlockMean(rows: 256, columns: 256, values: values)
    #expect(blocks.values[0] == 4)
    #expect(blocks.values[1].isNaN)
    #expect(blocks.values[2] == 2)
  }

  @Test(arguments: [ColorScale.sequential, .diverging(center: 0)])
  func coloursAreWithinWhatAScreenCanShow(scale: ColorScale) {
    for color in scale.linearColors {
      for channel in color { #expect((-0.002...1.002).contains(channel)) }
    }
    #expect(Set(scale.colors).count == ColorScale.levels)
  }

  @Test func sequentialScaleRisesEvenlyInLuminance() {
    let luminance = ColorScale.sequential.linearColors.map {
      0.2126 * $0[0] + 0.7152 * $0[1] + 0.0722 * $0[2]
    }
    #expect(luminance == luminance.sorted())
    // The lightness of CIE 1976, an independent measure of how bright a colour looks.
    let lightness = luminance.map { 116 * cbrt($0) - 16 }
    let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
    let mean = steps.reduce(0, +) / Double(steps.count)
    #expect(steps.allSatisfy { $0 > 0.5 * mean && $0 < 1.6 * mean })
  }

  private func cells(_ map: HeatMap) -> [String: String] {
    var cells: [String: String] = [:]
    for element in SVGProbe(map.svg()).elements where element.name == "path" {
      if let fill = element.attributes["fill"] { cells[fill] = element.attributes["d"] }
    }
    return cells
  }
}

import Testing

@testable import Reporting

@Suite struct LineChartTests {
  private func chart(
    _ series: [LineSeries], x: Axis = Axis("x"), y: Axis = Axis("y"), markers: [Marker] = []
  ) -> SVGProbe {
    SVGProbe(LineChart(title: "t", x: x, y: y, series: series, markers: markers).svg())
  }

  private func points(_ path: String) -> [[Double]] {
    path.dropFirst().split(whereSeparator: { $0 == "L" || $0 == "M" }).flatMap {
      $0.split(separator: " ").compactMap { Double($0) }
    }.reduce(into: [[Double]]()) { points, number in
      if points.last?.count == 1 {
        points[points.count - 1].append(number)
      } else {
        points.append([number])
      }
    }
  }

  @Test func largerValuesAreFurtherRightAndUp() throws {
    let probe = chart([LineSeries("a", x: [0, 1, 2], y: [0, 1, 4])])
    let drawn = points(try #require(probe.paths("tare-stroke-0").first))
    try #require(drawn.count == 3)
    #expect(drawn[0][0] < drawn[1][0])
    #expect(abs((drawn[2][0] - drawn[1][0]) - (drawn[1][0] - drawn[0][0])) < 0.02)
    #expect(abs((drawn[1][1] - drawn[2][1]) / (drawn[0][1] - drawn[1][1]) - 3) < 0.01)
  }

  @Test func equalRatiosTakeEqualLengthsOnALogarithmicAxis() throws {
    let probe = chart(
      [LineSeries("a", x: [1, 10, 1000], y: [1, 2, 8])], x: .logarithmic("x"),
      y: .logarithmic("y"))
    let drawn = points(try #require(probe.paths("tare-stroke-0").first))
    try #require(drawn.count == 3)
    #expect(abs((drawn[2][0] - drawn[1][0]) / (drawn[1][0] - drawn[0][0]) - 2) < 0.01)
    #expect(abs((drawn[1][1] - drawn[2][1]) / (drawn[0][1] - drawn[1][1]) - 2) < 0.01)
  }

  /// The level of a curve lies where its values would, in its colour, across the plot; the axis has room for it.
  @Test func levelsLieAtTheirValues() throws {
    let probe = chart([
      LineSeries("a", x: [0, 1, 2], y: [0, 1, 4], level: 8),
      LineSeries("b", x: [0, 2], y: [1, 1]),
    ])
    let curve = points(try #require(probe.paths("tare-stroke-0").first))
    let level = try #require(
      probe.elements.first {
        $0.name == "line" && $0.attributes["class"]?.contains("tare-dashed") == true
      })
    #expect(level.attributes["class"]?.contains("tare-stroke-0") == true)
    let number = { (name: String) in level.attributes[name].flatMap(Double.init) ?? .nan }
    #expect(
      number("y1") == number("y2") && number("x1") < curve[0][0] && number("x2") > curve[2][0])
    // As far above 4 as that is above 0.
    #expect(abs((curve[2][1] - number("y1")) - (curve[0][1] - curve[2][1])) < 0.03)
    #expect(probe.count("tare-dashed") == 1)
  }

  @Test func missingValueLeavesAGapAndIsCounted() throws {
    let probe = chart([LineSeries("a", x: [0, 1, 2, 3, 4], y: [1, 2, .nan, 2, 1])])
    let path = try #require(probe.paths("tare-stroke-0").first)
    #expect(path.count { $0 == "M" } == 2)
    #expect(
      probe.contents.contains("Not drawn: 1 of 5 points, without a finite value."))
  }

  @Test func valuesAtOrBelowZeroAreNamedOnALogarithmicAxis() {
    let probe = chart(
      [LineSeries("a", x: [0, 1, 10], y: [1, -1, 5])], x: .logarithmic("x"), y: .logarithmic("y"))
    #expect(
      probe.contents.contains("Not drawn: 2 of 3 points, without a finite positive value."))
  }

  @Test func lonePointBetweenGapsIsShownAsASymbol() {
    let probe = chart([LineSeries("a", x: [0, 1, 2, 3], y: [1, 1, .nan, 2])])
    #expect(probe.paths("tare-fill-0").count == 1)
    let whole = chart([LineSeries("a", x: [0, 1, 2, 3], y: [1, 1, 1, 2])])
    #expect(whole.paths("tare-fill-0").isEmpty)
  }

  @Test func markersWidenTheAxisUnlessItHasARange() {
    let markers: [Marker] = [.vertical(at: 50, label: "budget")]
    let series = [LineSeries("a", x: [0, 1], y: [0, 1])]
    let wide = chart(series, markers: markers)
    #expect(wide.contents.contains("budget"))
    #expect(wide.contents.contains("50"))
    let narrow = chart(series, x: Axis("x", range: 0...10), markers: markers)
    #expect(!narrow.contents.contains("budget"))
    #expect(narrow.contents.contains("Outside the plot: budget (50.0)."))
  }

  @Test func markerLabelsStandOutsideThePlot() throws {
    let probe = chart(
      [LineSeries("a", x: [0, 1], y: [0, 1])],
      markers: [
        .vertical(at: 0.5, label: "middle", interval: 0.4...0.6),
        .horizontal(at: 0.5, label: "half"),
      ])
    let frame = try #require(
      probe.elements.first { $0.name == "svg" && $0.attributes["x"] != nil }?.attributes)
    func number(_ key: String) -> Double { frame[key].flatMap(Double.init) ?? .nan }
    let middle = try #require(probe.texts.first { $0.content == "middle" })
    let half = try #require(probe.texts.first { $0.content == "half" })
    #expect(middle.area.bottom <= number("y"))
    #expect(half.area.left >= number("x") + number("width"))
    let band = try #require(
      probe.elements.first { $0.attributes["class"] == "tare-interval" }?.attributes)
    let width = try #require(band["width"].flatMap(Double.init))
    #expect(abs(width - 0.2 / 1.04 * number("width")) < 0.05)
  }

  @Test func spreadWidensTheAxisAndIsDrawnAsAsked() {
    let uncertainty = LineSeries.Uncertainty(lower: [-9, -9], upper: [9, 9], style: .bars)
    var series = LineSeries("a", x: [0, 1], y: [0, 0], uncertainty: uncertainty)
    let bars = chart([series])
    #expect(bars.contents.contains("5") && bars.contents.contains("\u{2212}5"))
    #expect(bars.paths("tare-band").isEmpty)
    #expect(bars.paths("tare-thin").first?.count { $0 == "V" } == 2)
    series.uncertainty?.style = .band
    let band = chart([series])
    #expect(band.paths("tare-band").first?.hasSuffix("z") == true)
    #expect(band.paths("tare-thin").isEmpty)
  }

  @Test func spreadThatReachesBelowALogarithmicAxisEndsAtItsFoot() throws {
    let probe = chart(
      [
        LineSeries(
          "a", x: [1, 2], y: [1, 10], style: .points,
          uncertainty: .init(lower: [-1, 5], upper: [2, 20], style: .bars))
      ], y: .logarithmic("y"))
    #expect(try #require(probe.paths("tare-thin").first).count { $0 == "V" } == 2)
  }

  @Test func ninthSeriesDiffersFromTheFirst() {
    let probe = chart(
      (0..<9).map { LineSeries("s\($0)", x: [0, 1], y: [Double($0), 1], style: .lineAndPoints) })
    // Once in the legend and once in the plot.
    #expect(probe.count("tare-dashed") == 2)
    #expect(PointSymbol(series: 0) != PointSymbol(series: 8))
  }

  @Test func longTrajectoryStaysASmallFile() {
    let values = (0..<300_000).map { Double(($0 * 7919) % 1000) }
    let chart = LineChart(
      title: "t", x: Axis("x"), y: Axis("y"),
      series: [LineSeries("a", y: values), LineSeries("b", y: values, style: .points)])
    #expect(chart.svg().utf8.count < 4_000_000)
    let line = LineChart(
      title: "t", x: Axis("x"), y: Axis("y"), series: [LineSeries("a", y: values)])
    #expect(line.svg().utf8.count < 100_000)
  }

  @Test func thinningKeepsEndsAndExtremes() {
    var points = (0..<10_000).map { Point(x: Double($0) * 0.01, y: 50) }
    points[3_333].y = 7
    points[6_666].y = 93
    let kept = LineThinning.thinned(points)
    #expect(kept.count < 1_000)
    #expect(kept.first == points.first)
    #expect(kept.last == points.last)
    #expect(kept.contains(points[3_333]))
    #expect(kept.contains(points[6_666]))
    #expect(kept.map(\.x) == kept.map(\.x).sorted())
  }
}

import Foundation
import Testing

@testable import Reporting

/// What holds for every figure, whatever it shows.
@Suite struct FigureTests {
  private static let weights = stride(from: -0.9, through: 0.9, by: 0.06).map { $0 }

  static let figures: [any Figure] = [
    LineChart(
      title: "Response", x: Axis("Weight"), y: Axis("Mean step"),
      series: [
        LineSeries(
          "up", x: weights, y: weights.map { 0.002 - 0.001 * $0 }, style: .lineAndPoints,
          uncertainty: .init(
            lower: weights.map { 0.0018 - 0.001 * $0 }, upper: weights.map { 0.0022 - 0.001 * $0 })),
        LineSeries(
          "down", x: weights, y: weights.map { 0.002 + 0.001 * $0 }, style: .points,
          uncertainty: .init(
            lower: weights.map { 0.0018 + 0.001 * $0 }, upper: weights.map { 0.0022 + 0.001 * $0 },
            style: .bars)),
      ],
      markers: [
        .vertical(at: 0, label: "symmetric point", interval: -0.05...0.05),
        .vertical(at: 0.02, label: "symmetric point of the reference cell"),
        .vertical(at: 0.89, label: "end of the window that was given for the run"),
        .horizontal(at: 0.002, label: "granularity"),
        .horizontal(at: 0.00201, label: "granularity of the reference cell, as measured"),
      ],
      caption: "A remark that is long enough to need a second line on a page of this width, "
        + "which the layout has to make room for above the foot of the page."),
    LineChart(
      title: "Error", x: .logarithmic("Pulses"), y: .logarithmic("Error", unit: "S"),
      series: [LineSeries("a", x: [1, 100, 1e6], y: [1e-3, 1e-5, 1e-9])]),
    LineChart(title: "Nothing", x: Axis("x"), y: .logarithmic("y"), series: []),
    LineChart(
      title: "Not finite", x: Axis("x"), y: Axis("y"),
      series: [
        LineSeries(
          "all missing", x: [.nan, 1, 2], y: [1, .infinity, -.infinity],
          uncertainty: .init(lower: [.nan, .nan, 0], upper: [.infinity, 1, 2]))
      ]),
    LineChart(
      title: "Extremes", x: Axis("x"), y: Axis("y"),
      series: [LineSeries("a", x: [-1e308, 0, 1e99], y: [1e-300, 1.7e308, -1e99])]),
    LineChart(
      title: "Constant", x: Axis("x"), y: Axis("y", unit: "S"),
      series: [LineSeries("a", x: [5, 5], y: [4e-5, 4e-5])],
      markers: [.vertical(at: .nan, label: "unknown"), .horizontal(at: .infinity, label: "never")]
    ),
    LineChart(
      title: String(repeating: "A small figure ", count: 12), x: Axis("Voltage", unit: "V"),
      y: Axis("Current", unit: "A"),
      series: (0..<10).map { LineSeries("series \($0)", x: [-1, 1], y: [-1e-6, 1e-6]) },
      caption: String(repeating: "words ", count: 200), size: FigureSize(width: 1, height: 1)),
    HeatMap(
      title: "Map", rows: 8, columns: 64, values: (0..<512).map { $0 == 9 ? .nan : Double($0) },
      label: "Conductance", unit: "S", colors: .diverging(center: 100)),
    HeatMap(title: "No cells", rows: 0, columns: 4, values: [Double](), label: "G"),
    HeatMap(title: "Missing", rows: 1, columns: 2, values: [Float.nan, .infinity], label: "G"),
    HeatMap(title: "Constant", rows: 2, columns: 1, values: [3.0, 3], label: "G", unit: "Ω"),
    HeatMap(
      title: "Huge", rows: 1, columns: 2, values: [-1.7e308, 1.7e308], label: "G",
      limits: -.infinity ... .infinity),
    Histogram(
      title: "Points", x: Axis("Symmetric point", unit: "weight"),
      distributions: [
        .init("true", (0..<500).map { sin(Double($0)) }),
        .init("estimated", (0..<500).map { sin(Double($0)) + 0.2 }),
      ]),
    Histogram(title: "No values", x: Axis("x"), distributions: [.init("none", [Float]())]),
    Histogram(title: "No sets", x: Axis("x"), distributions: []),
    Histogram(
      title: "Constant", x: Axis("x"),
      distributions: [.init("a", [0.0, 0, 0]), .init("b", [Double.nan])]),
  ]

  @Test(arguments: figures.indices)
  func isWellFormedAndNamed(index: Int) {
    let figure = Self.figures[index]
    let probe = SVGProbe(figure.svg())
    #expect(probe.isWellFormed)
    #expect(probe.title == figure.title)
    #expect(probe.summary.count > 10)
    #expect(probe.brokenAttributes.isEmpty)
    #expect(figure.svg() == figure.svg())
    #expect(figure.svg().hasSuffix("</svg>\n"))
  }

  @Test(arguments: figures.indices)
  func textsNeitherOverlapNorLeaveThePage(index: Int) {
    let figure = Self.figures[index]
    let probe = SVGProbe(figure.svg())
    #expect(probe.overlaps == [])
    #expect(probe.outside == [])
  }

  @Test func pageGrowsWhereTextsNeedTheRoom() {
    var chart = LineChart(
      title: "t", x: Axis("x"), y: Axis("y"), series: [], size: FigureSize(width: 300, height: 200))
    #expect(SVGProbe(chart.svg()).height == 200)
    chart.caption = String(repeating: "words ", count: 60)
    #expect(SVGProbe(chart.svg()).height > 300)
  }

  @Test func hasNoIdentifiersThatCouldClashOnOnePage() {
    for figure in Self.figures {
      let probe = SVGProbe(figure.svg())
      #expect(probe.elements.allSatisfy { $0.attributes["id"] == nil })
    }
  }

  @Test func darkThemeSetsEveryColourOfTheLightOne() throws {
    let parts = FigureStyle.css.components(separatedBy: "@media (prefers-color-scheme:dark){")
    try #require(parts.count == 2)
    func colouredRules(_ css: String) -> Set<String> {
      Set(
        css.components(separatedBy: "}").filter { $0.contains("#") }.compactMap {
          $0.components(separatedBy: "{").first?.trimmingCharacters(in: .whitespacesAndNewlines)
        })
    }
    #expect(colouredRules(parts[0]) == colouredRules(parts[1]))
    #expect(colouredRules(parts[0]).count > FigureStyle.seriesCount)
  }

  @Test func markupInTextsIsEscaped() {
    let chart = LineChart(
      title: "a < b & \"c\" \u{1B}[31m", x: Axis("<x>"), y: Axis("y & z"),
      series: [LineSeries("</svg>", x: [0, 1], y: [0, 1])])
    let probe = SVGProbe(chart.svg())
    #expect(probe.isWellFormed)
    #expect(probe.title == "a < b & \"c\" \u{FFFD}[31m")
    #expect(probe.contents.contains("<x>"))
    #expect(probe.contents.contains("</svg>"))
  }

  @Test func powersAreRaised() {
    var svg = SVGBuilder()
    svg.text("10⁻³ V", at: Point(x: 0, y: 0), size: 10)
    let document = svg.document(title: "", description: "", size: .standard)
    #expect(
      document.contains(
        "10<tspan dy=\"-3.8\" font-size=\"7.4\">\u{2212}3</tspan><tspan dy=\"3.8\"> V</tspan>"))
  }
}

import Foundation
import Testing

@testable import Reporting

@Suite struct HistogramTests {
  @Test func binWidthFollowsFreedmanAndDiaconis() {
    // 1000 even values over 0...999: the interquartile range is 499.5, the width 99.9.
    let bins = HistogramBins([(0..<1000).map(Double.init)])
    #expect(bins.count == 10)
    #expect(bins.edges.first == 0)
    #expect(bins.edges.last == 999)
  }

  @Test func everyValueIsCountedOnce() {
    let values = (0..<997).map { sin(Double($0) * 1.7) }
    let bins = HistogramBins([values, [3.0]])
    #expect(bins.counts(values).reduce(0, +) == 997)
    #expect(bins.counts([3.0]).last == 1)
  }

  @Test func valuesFallIntoTheBinsTheyBelongTo() {
    let values = (0..<1000).map(Double.init)
    let bins = HistogramBins([values])
    // Edges lie at multiples of 99.9; the last bin holds its upper limit too.
    #expect(bins.counts(values) == [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    #expect(bins.counts([0, 99, 100, 999, 1000, -1]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func countIsCapped() {
    let values = (0..<10_000).map { Double($0 % 100) } + [1e9]
    #expect(HistogramBins([values]).count == HistogramBins.largestCount)
  }

  @Test func valuesThatAreMostlyEqualStillHaveBins() {
    let bins = HistogramBins([[Double](repeating: 0, count: 90) + (1...10).map(Double.init)])
    #expect((2...20).contains(bins.count))
  }

  @Test(arguments: [[], [0.0], [2.5, 2.5, 2.5], [-1e-300, 1e-300]])
  func fewOrConstantValuesHaveOneBin(values: [Double]) {
    let bins = HistogramBins([values])
    #expect(bins.count == 1)
    #expect(bins.counts(values) == [values.count])
    #expect(bins.edges[0] < bins.edges[1])
  }

  @Test func legendGivesMeanAndCount() {
    let histogram = Histogram(
      title: "t", x: Axis("G", unit: "S"),
      distributions: [.init("true", [1e-5, 2e-5, 3e-5]), .init("read", [Double.nan])])
    let probe = SVGProbe(histogram.svg())
    #expect(probe.contents.contains("true: mean 20.0 µS, n = 3"))
    #expect(probe.contents.contains("read: no data"))
    #expect(
      probe.contents.contains("Not drawn: 1 of 4 values, which are not finite."))
    // One mean line for the one set that has a mean.
    #expect(probe.count("tare-dashed") == 1)
  }

  @Test func valuesOutsideTheRangeAreNamed() {
    let histogram = Histogram(
      title: "t", x: Axis("x", range: 0...1), distributions: [.init("a", [0.1, 0.5, 0.9, 7])])
    let probe = SVGProbe(histogram.svg())
    #expect(probe.contents.contains("Outside the plot: 1 of 4 values."))
  }
}

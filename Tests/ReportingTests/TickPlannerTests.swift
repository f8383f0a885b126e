import Testing

@testable import Reporting

@Suite struct TickPlannerTests {
  private func plan(
    _ range: ClosedRange<Double>, axis: Axis = Axis("x"), length: Double = 600
  ) -> TickPlan {
    var axis = axis
    axis.range = range
    let mapping = AxisMapping(axis, showing: DataExtent(scale: axis.scale), padding: 0)
    return TickPlanner(mapping: mapping, length: length) {
      TextMetrics.width($0, size: 12) + 14
    }.plan(spacing: 62)
  }

  private func labels(_ plan: TickPlan) -> [String] { plan.ticks.compactMap(\.label) }

  @Test func linearStepsAreOneTwoOrFive() {
    #expect(labels(plan(0...1)) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(plan(-1...1)).contains("\u{2212}0.5") || labels(plan(-1...1)).count == 11)
    #expect(labels(plan(0...7)) == ["0", "1", "2", "3", "4", "5", "6", "7"])
    #expect(labels(plan(3...43)).first == "5")
  }

  @Test func prefixIsTakenOutOfABareUnit() {
    let plan = plan(1e-5...4e-5, axis: Axis("Conductance", unit: "S"))
    #expect(plan.notation.title == "Conductance (µS)")
    #expect(labels(plan).first == "10")
    #expect(labels(plan).last == "40")
  }

  @Test func factorIsTakenOutOfOtherQuantities() {
    let small = plan(0...0.004, axis: Axis("Mean step"))
    #expect(small.notation.title == "Mean step (×10⁻³)")
    #expect(labels(small).last == "4.0" || labels(small).last == "4")
    let large = plan(0...4e6, axis: Axis("Exposure", unit: "pulses"))
    #expect(large.notation.title == "Exposure (×10⁶ pulses)")
    #expect(plan(0...40_000, axis: Axis("Pulses")).notation.title == "Pulses")
  }

  @Test func unitThatHasAPrefixKeepsIt() {
    let plan = plan(1e-4...5e-4, axis: Axis("G", unit: "µS"))
    #expect(plan.notation.title == "G (×10⁻⁶ µS)")
  }

  @Test func decadesAreLabelledAsPowers() {
    let plan = plan(1e-3...1e2, axis: .logarithmic("t", unit: "s"))
    #expect(labels(plan) == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"])
    #expect(plan.ticks.contains { $0.label == nil })
    #expect(plan.notation.title == "t (s)")
  }

  @Test func manyDecadesAreThinned() {
    let labels = labels(plan(1e-30...1e30, axis: .logarithmic("t")))
    #expect(labels.count >= 3)
    #expect(labels.count <= 12)
  }

  @Test func shortLogarithmicAxisHasNumbersBetweenPowers() {
    #expect(labels(plan(1...9, axis: .logarithmic("n"))) == ["10⁰", "2×10⁰", "5×10⁰"])
    #expect(labels(plan(2.1...3.3, axis: .logarithmic("n"))).count >= 2)
  }

  @Test func countsHaveWholeNumbersOnly() {
    #expect(labels(plan(0...2, axis: Axis("n", isCount: true))) == ["0", "1", "2"])
    #expect(labels(plan(0...2)) != ["0", "1", "2"])
  }

  @Test(arguments: [
    -1e-9...1e-9, 0...1e90, -1e99...1e99, 1e9...(1e9 + 10), 0.1...0.1000001, -5e-150...5e-150,
    123.456...789.01, -1e5 ... -9.9e4,
  ])
  func ticksLieOnTheAxisInOrderAndApart(range: ClosedRange<Double>) {
    let plan = plan(range)
    let values = plan.ticks.map(\.value)
    #expect(values == values.sorted())
    #expect(Set(labels(plan)).count == labels(plan).count)
    #expect((1...200).contains(values.count))
    let inside = values.allSatisfy { range.contains($0) }
    #expect(inside)
    let span = range.upperBound - range.lowerBound
    for (tick, next) in zip(plan.ticks, plan.ticks.dropFirst()) {
      let apart = (next.value - tick.value) / span * 600
      let widths = [tick, next].map { TextMetrics.width($0.label ?? "", size: 12) }
      #expect(apart >= (widths[0] + widths[1]) / 2)
    }
  }

  @Test func narrowAxisStillHasTwoNumbers() {
    #expect(labels(plan(-890...980, length: 170)).count >= 2)
  }
}

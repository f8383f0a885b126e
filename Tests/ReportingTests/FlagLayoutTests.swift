import Testing

@testable import Reporting

@Suite struct FlagLayoutTests {
  @Test func labelsWithRoomShareOneRow() {
    let layout = FlagLayout([(100, "first"), (300, "second")], left: 0, right: 700)
    #expect(layout.rowCount == 1)
    #expect(layout.flags.allSatisfy { !$0.isFlipped })
  }

  @Test func crowdedLabelsRiseFromRightToLeftSoThatNoPoleCrossesAText() {
    let layout = FlagLayout(
      [(110, "the second one"), (100, "the first one"), (120, "the third one")], left: 0,
      right: 700)
    let rows = layout.flags.sorted { $0.pole < $1.pole }.map(\.row)
    #expect(rows == [2, 1, 0])
  }

  @Test func labelsAtTheRightEdgeRunToTheLeftAndRiseTheOtherWay() {
    let layout = FlagLayout(
      [(690, "near the edge"), (680, "nearly as near to it")], left: 0, right: 700)
    #expect(layout.flags.allSatisfy { $0.isFlipped })
    let rows = layout.flags.sorted { $0.pole < $1.pole }.map(\.row)
    #expect(rows == [0, 1])
  }

  @Test func labelWithoutRoomOnEitherSideIsCut() throws {
    let layout = FlagLayout(
      [(60, String(repeating: "long ", count: 40))], left: 0, right: 120)
    let flag = try #require(layout.flags.first)
    #expect(flag.text.hasSuffix("…"))
    #expect(TextMetrics.width(flag.text, size: FigureStyle.labelSize) <= 60)
  }
}

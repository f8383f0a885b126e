import Testing

@testable import Reporting

@Suite struct TableTests {
  @Test func csvHasUnitsInItsHeadingsAndQuotesWhatNeedsIt() throws {
    var table = CSVTable(columns: [.init("cell"), .init("G", unit: "µS"), .init("note, free")])
    try table.append(["(3, 14)", 35.25, "said \"stuck\""])
    try table.append([.integer(7), .number(Double.nan), "two\nlines"])
    try table.append([" padded", .missing, "plain"])
    #expect(
      table.text == "cell,G (µS),\"note, free\"\n\"(3, 14)\",35.25,\"said \"\"stuck\"\"\"\n"
        + "7,,\"two\nlines\"\n\" padded\",,plain\n")
  }

  @Test(arguments: [
    (0.1, "0.1"), (1.0, "1"), (-2.0, "-2"), (1e-7, "1e-07"), (1e300, "1e+300"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.nan, ""), (1.0 / 3, "0.3333333333333333"),
  ])
  func csvNumbersAreShortAndReadBack(value: Double, expected: String) throws {
    let text = CSVField.number(value).text
    #expect(text == expected)
    if !value.isNaN { #expect(Double(text) == value) }
  }

  @Test func csvNumbersOfSinglePrecisionHaveNoFalseDigits() {
    #expect(CSVField.number(Float(0.1)).text == "0.1")
  }

  @Test func csvRowThatDoesNotFitIsRefused() {
    var table = CSVTable(columns: [.init("a"), .init("b")])
    let error = #expect(throws: ReportingError.self) { try table.append([1]) }
    #expect(error?.code == .invalid)
    #expect(table.rows.isEmpty)
  }

  @Test func csvLineWithOneEmptyFieldIsNotLost() throws {
    var table = CSVTable(columns: [.init("a")])
    try table.append([.missing])
    #expect(table.text == "a\n\"\"\n")
  }

  @Test func textTableAlignsNumbersToTheRight() {
    var table = TextTable(columns: [.init("device"), .init("G", unit: "µS"), .init("note")])
    table.append(["é1", "5.2", ""])
    table.append(["reference", "−120.0 ± 3", "R = 4.1 kΩ"])
    #expect(
      table.text == """
        device         G (µS)  note
        ─────────  ──────────  ──────────
        é1                5.2
        reference  −120.0 ± 3  R = 4.1 kΩ

        """)
  }

  @Test func textTableAlignmentCanBeChosen() {
    var table = TextTable(columns: [.init("n", alignment: .left), .init("name", alignment: .right)])
    table.append(["100", "a"])
    table.append(["1", "b"])
    #expect(table.text == "n    name\n───  ────\n100     a\n1       b\n")
  }

  @Test(arguments: [("µ±Ω", 3), ("e\u{301}", 1), ("抵抗", 4), ("a\u{200B}b", 2), ("", 0)])
  func widthIsThatOfATerminal(text: String, expected: Int) {
    #expect(TerminalText.width(text) == expected)
  }

  @Test func textTableLetsNoControlCharactersThrough() {
    var table = TextTable(columns: [.init("board")])
    table.append(["evil\u{1B}[2J\nname\u{7}"])
    #expect(table.rows == [["evil\u{FFFD}[2J name\u{FFFD}"]])
  }

  @Test(arguments: [
    ("12", true), ("−1.2 ± 0.3 kΩ", true), ("35 µS", true), ("< 5", true), ("1e-7", true),
    ("64x64", true), ("", false), ("cell 3", false), ("3 of 4 cells", false), ("µS", false),
  ])
  func numbersAreTold(text: String, expected: Bool) {
    #expect(TerminalText.isNumber(text) == expected)
  }
}

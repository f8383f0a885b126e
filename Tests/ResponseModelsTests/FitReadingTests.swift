import Foundation
import ResponseModels
import Testing

@Suite("Reading pulse curves")
struct FitReadingTests {
  private func states(_ curve: PulseCurve, _ direction: PulseDirection) -> [Double] {
    curve.branches.filter { $0.direction == direction }.flatMap(\.states)
  }

  @Test(
    "Two columns are read whatever the separator, line end, header and byte-order mark",
    arguments: [
      "0.1,0.9\n0.2,0.8\n0.3,0.7\n", "up,down\r\n0.1,0.9\r\n0.2,0.8\r\n0.3,0.7",
      "\u{FEFF}0.1;0.9\r\n\r\n0.2;0.8\r\n0.3;0.7\r\n", "# a comment\n0,1;0,9\n0,2;0,8\n0,3;0,7\n",
      "\u{FEFF}up_pulse\tdown_pulse\n0.1\t0.9\n#\n0.2\t0.8\n0.3\t0.7\n",
      "down,up\n0.9,0.1\n0.8,0.2\n0.7,0.3\n",
    ])
  func twoColumns(text: String) throws {
    let curve = try PulseCurve(data: Data(text.utf8), source: "test")
    #expect(states(curve, .up) == [0.1, 0.2, 0.3])
    #expect(states(curve, .down) == [0.9, 0.8, 0.7])
    #expect(curve.quantity == .weight)
  }

  @Test("Branches may differ in length, and a direction may be absent")
  func unequalColumns() throws {
    let curve = try PulseCurve(text: "1,5\n2,4\n3,\n4\n", source: "test")
    #expect(states(curve, .up) == [1, 2, 3, 4])
    #expect(states(curve, .down) == [5, 4])
    let upOnly = try PulseCurve(text: "1,\n2,\n", source: "test")
    #expect(upOnly.branches.map(\.direction) == [.up])
  }

  @Test("The long form gives one branch a run, in the order of the file")
  func longForm() throws {
    let text = "pulse,polarity,g_s,time\n1,up,1e-6,0\n2,+1,2e-6,1\n3,reset,1.5e-6,2\n4,SET,2e-6,3\n"
    let curve = try PulseCurve(text: text, source: "test")
    #expect(curve.quantity == .siemens)
    #expect(curve.branches.map(\.direction) == [.up, .down, .up])
    #expect(curve.branches.map(\.states) == [[1e-6, 2e-6], [1.5e-6], [2e-6]])
    #expect(curve.branches.map(\.times) == [[0, 1], [2], [3]])
  }

  @Test("Resistance becomes conductance; columns may stand in any order")
  func resistance() throws {
    let curve = try PulseCurve(
      text: "R (ohm);direction;index\n10000;ltp;1\n5000;ltp;2\n8000;ltd;3\n", source: "test")
    #expect(curve.quantity == .siemens)
    #expect(states(curve, .up) == [1e-4, 2e-4])
    #expect(states(curve, .down) == [1.25e-4])
  }

  @Test(
    "Without a header, three or four columns are index, polarity, state and time",
    arguments: ["1,+,0.5\n2,-,0.4\n", "1,1,0.5,10\n2,-1,0.4,20\n"])
  func longFormWithoutHeader(text: String) throws {
    let curve = try PulseCurve(text: text, source: "test")
    #expect(states(curve, .up) == [0.5])
    #expect(states(curve, .down) == [0.4])
  }

  @Test(
    "Every fault names its place",
    arguments: [
      ("", CurveError.Code.empty, 0, 0, ""),
      ("# only\n\n", .empty, 0, 0, ""),
      ("up,down\n", .empty, 1, 0, ""),
      ("0.1\n0.2\n", .missingColumn, 1, 2, ""),
      ("0.1,0.2\n0.3,abc\n", .notANumber, 2, 2, "abc"),
      ("#c\n0.1,0.2\n\nNaN,0.4\n", .notFinite, 4, 1, "NaN"),
      ("0.1,0.2\n0.3,inf\n", .notFinite, 2, 2, "inf"),
      ("0.1,0.2\n,0.3\n0.4,0.5\n", .gap, 3, 1, "0.4"),
      ("0.1,0.2\n0.3,0.4,0.5\n", .extraColumn, 2, 3, "0.5"),
      ("n,polarity,r_ohm\n1,up,1000\n2,up,-5\n", .outOfRange, 3, 3, "-5"),
      ("n,polarity,r\n1,up,0\n", .outOfRange, 2, 3, "0"),
      ("n,polarity,g\n1,up,-1e-6\n", .outOfRange, 2, 3, "-1e-6"),
      ("n,polarity,g\n1,up,1e-6\n2,sideways,1e-6\n", .unknownPolarity, 3, 2, "sideways"),
      ("n,polarity,g\n1,up,1e-6\n2,up\n", .missingColumn, 3, 3, ""),
      ("n,polarity,colour\n1,up,3\n", .unknownHeader, 1, 0, "n,polarity,colour"),
      ("n,polarity,g,r\n1,up,3,4\n", .unknownHeader, 1, 0, "n,polarity,g,r"),
      ("1,up,0.5\n2,up,0.6,7,8\n", .extraColumn, 2, 4, "7"),
    ])
  func faults(text: String, code: CurveError.Code, line: Int, column: Int, found: String) {
    let error = #expect(throws: CurveError.self) {
      try PulseCurve(text: text, source: "lab.csv")
    }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.text == found)
    #expect(error?.description.hasPrefix("lab.csv") == true)
  }

  @Test("Bytes that are not UTF-8 are refused")
  func notText() {
    let error = #expect(throws: CurveError.self) {
      try PulseCurve(data: Data([0xFF, 0xFE, 0x31]), source: "x")
    }
    #expect(error?.code == .notText)
  }
}

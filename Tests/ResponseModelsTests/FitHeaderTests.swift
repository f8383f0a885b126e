import ResponseModels
import Testing

@Suite("Units, directions and indices of curve files")
struct FitHeaderTests {
  private let rising = [1.5e-6, 2.25e-6, 4e-6]
  private let falling = [3.5e-6, 2e-6, 1.75e-6]

  /// The long form of the same six pulses, with another header and other numbers.
  private func longForm(_ header: String, _ number: (Double) -> Double) -> String {
    let lines = (rising.map { ("up", $0) } + falling.map { ("down", $0) }).enumerated().map {
      "\($0.offset + 1),\($0.element.0),\(number($0.element.1))"
    }
    return ([header] + lines).joined(separator: "\n")
  }

  private func expectSame(_ curve: PulseCurve) {
    #expect(curve.quantity == .siemens)
    for (direction, states) in [(PulseDirection.up, rising), (.down, falling)] {
      let found = curve.branches.filter { $0.direction == direction }.flatMap(\.states)
      #expect(found.count == states.count)
      for (value, truth) in zip(found, states) { #expect(abs(value / truth - 1) < 1e-12) }
    }
  }

  @Test(
    "The unit of a conductance scales it to siemens",
    arguments: [
      ("conductance (S)", 1.0), ("g", 1), ("g_s", 1), ("G [mS]", 1e3), ("conductance (uS)", 1e6),
      ("conductance (\u{B5}S)", 1e6), ("conductance (\u{3BC}S)", 1e6), ("g_us", 1e6),
      ("G/uS", 1e6), ("g uS", 1e6), ("G in uS", 1e6), ("state (uS)", 1e6), ("value_nS", 1e9),
    ])
  func conductances(name: String, factor: Double) throws {
    expectSame(
      try PulseCurve(text: longForm("pulse,polarity,\(name)") { $0 * factor }, source: "test"))
  }

  @Test(
    "The unit of a resistance scales the conductance it is turned into",
    arguments: [
      ("resistance", 1.0), ("r_ohm", 1), ("R (\u{3A9})", 1), ("R (\u{2126})", 1),
      ("resistance (kohm)", 1e-3), ("R [k\u{3A9}]", 1e-3), ("r_kohm", 1e-3), ("R (Mohm)", 1e-6),
      ("R (M\u{3A9})", 1e-6), ("state (kOhm)", 1e-3),
    ])
  func resistances(name: String, factor: Double) throws {
    expectSame(
      try PulseCurve(text: longForm("pulse,polarity,\(name)") { factor / $0 }, source: "test"))
  }

  @Test(
    "Two columns may have units too",
    arguments: [
      ("up (uS),down (uS)", 1e6, false), ("LTP_mS,LTD_mS", 1e3, false),
      ("R_up (kohm),R_down (kohm)", 1e-3, true),
    ])
  func twoColumnUnits(header: String, factor: Double, isResistance: Bool) throws {
    let lines = zip(rising, falling).map { up, down in
      isResistance ? "\(factor / up),\(factor / down)" : "\(factor * up),\(factor * down)"
    }
    expectSame(
      try PulseCurve(text: ([header] + lines).joined(separator: "\n"), source: "test"))
  }

  @Test(
    "Times are in seconds whatever their unit",
    arguments: [
      ("time (s)", 1.0), ("t_s", 1), ("time (ms)", 1e3), ("t_us", 1e6), ("time [\u{B5}s]", 1e6),
      ("time (ns)", 1e9),
    ])
  func times(name: String, factor: Double) throws {
    let text = "polarity,w,\(name)\nup,0.1,\(0.25 * factor)\nup,0.2,\(0.5 * factor)\n"
    let times = try #require(try PulseCurve(text: text, source: "test").branches.first).times
    #expect(times.count == 2)
    for (time, truth) in zip(times, [0.25, 0.5]) { #expect(abs(time / truth - 1) < 1e-12) }
  }

  @Test("A fit does not depend on the unit of the file")
  func equalFits() throws {
    print("seed 7")
    let drawn = FitCurves.linear(0.02).draw(60, stepNoise: 0.002, noise: 0.004, seed: 7)
    func fit(_ name: String, _ number: (Double) -> Double) throws -> ResponseFit {
      var lines = ["polarity,\(name)"]
      for branch in drawn.branches {
        lines += branch.states.map { "\(branch.direction.rawValue),\(number(3e-5 + 1e-5 * $0))" }
      }
      let text = lines.joined(separator: "\n")
      return ResponseFitter(replicates: 5, shapes: [.linear]).fit(
        try PulseCurve(text: text, source: "test"))
    }
    let siemens = try fit("conductance (S)") { $0 }
    let others = [
      try fit("conductance (\u{B5}S)") { $0 * 1e6 }, try fit("resistance (kohm)") { 1e-3 / $0 },
    ]
    let step = try #require(siemens.granularity.value)
    for other in others {
      #expect(abs((other.granularity.value ?? 0) / step - 1) < 1e-6)
      #expect(abs(other.scale.unit / siemens.scale.unit - 1) < 1e-9)
      #expect(abs(other.scale.offset / siemens.scale.offset - 1) < 1e-9)
    }
  }

  @Test(
    "Headers that cannot be understood are refused with their place",
    arguments: [
      ("n,polarity,conductance (furlong)\n1,up,1\n", CurveError.Code.unknownUnit, 1, 3, "furlong"),
      ("n,polarity,g (kohm)\n1,up,1\n", .unknownUnit, 1, 3, "kohm"),
      ("n,polarity,g (ms),t (mV)\n1,up,1,1\n", .unknownUnit, 1, 4, "mV"),
      ("n,polarity,r (mohm)\n1,up,1\n", .unknownUnit, 1, 3, "mohm"),
      ("n,polarity,w (uS)\n1,up,1\n", .unknownUnit, 1, 3, "uS"),
      ("n,polarity,g_us (mS)\n1,up,1\n", .unknownUnit, 1, 3, "mS"),
      ("up (V),down (V)\n1,1\n", .unknownUnit, 1, 1, "V"),
      ("n,polarity,r_mohm\n1,up,1\n", .unknownHeader, 1, 0, "n,polarity,r_mohm"),
      ("up (uS),down\n1,1\n", .unknownHeader, 1, 0, "up (uS),down"),
      ("up,ltp\n1,1\n", .unknownHeader, 1, 0, "up,ltp"),
      ("pulse,conductance\n1,1\n", .unknownHeader, 1, 0, "pulse,conductance"),
    ])
  func refused(text: String, code: CurveError.Code, line: Int, column: Int, found: String) {
    let error = #expect(throws: CurveError.self) { try PulseCurve(text: text, source: "lab.csv") }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.text == found)
  }

  @Test("Weights may say that they have no unit")
  func weights() throws {
    let curve = try PulseCurve(text: "polarity,w (a.u.),V (mV)\nup,-0.5,1\n", source: "test")
    #expect(curve.quantity == .weight)
    #expect(curve.branches.map(\.states) == [[-0.5]])
  }

  @Test(
    "Two columns are told apart by every word for a direction",
    arguments: [
      "down,up", "LTD,LTP", "reset,set", "depression,potentiation", "-,+", "g down,g up",
      "RESET pulse,SET pulse", "w_neg,w_pos", "ltd,other", "other,potentiation",
    ])
  func swappedColumns(header: String) throws {
    let curve = try PulseCurve(text: header + "\n0.9,0.1\n0.8,0.2\n", source: "test")
    #expect(curve.branches.map(\.direction) == [.up, .down])
    #expect(curve.branches.map(\.states) == [[0.1, 0.2], [0.9, 0.8]])
  }

  @Test("Columns in the order up, down stay there")
  func straightColumns() throws {
    for header in ["up,down", "LTP,LTD", "set,reset", "first,second"] {
      let curve = try PulseCurve(text: header + "\n0.1,0.9\n0.2,0.8\n", source: "test")
      #expect(curve.branches.map(\.states) == [[0.1, 0.2], [0.9, 0.8]])
    }
  }

  @Test("A swapped curve is called swapped, and not short of pulses")
  func wrongWay() {
    print("seed 4")
    let drawn = FitCurves.linear(0.02).draw(60, stepNoise: 0.002, noise: 0.004, seed: 4)
    let swapped = PulseCurve(
      branches: drawn.branches.map {
        .init(direction: $0.direction == .up ? .down : .up, states: $0.states)
      })
    let fit = ResponseFitter(replicates: 20).fit(swapped)
    for outcome in [fit.meanUpStep, fit.meanDownStep, fit.symmetricPoint] {
      #expect(outcome.reason?.contains("wrong way") == true)
      #expect(outcome.reason?.contains("swapped") == true)
      #expect(outcome.reason?.contains("zero") == false)
    }
  }

  @Test("A run starts from the state before it, unless a pulse is missing")
  func starts() throws {
    let text = "n,polarity,w\n1,up,0.1\n2,up,0.2\n3,down,0.15\n4,up,0.25\n6,up,0.3\n9,down,0.2\n"
    let curve = try PulseCurve(text: text, source: "test")
    #expect(curve.branches.map(\.direction) == [.up, .down, .up, .up, .down])
    #expect(curve.branches.map(\.states) == [[0.1, 0.2], [0.15], [0.25], [0.3], [0.2]])
    #expect(curve.branches.map(\.start) == [nil, 0.2, 0.15, nil, nil])
    let unnumbered = try PulseCurve(text: "polarity,w\nup,0.1\ndown,0.2\n", source: "test")
    #expect(unnumbered.branches.map(\.start) == [nil, 0.1])
    let columns = try PulseCurve(text: "0.1,0.9\n0.2,0.8\n", source: "test")
    #expect(columns.branches.map(\.start) == [nil, nil])
  }

  @Test(
    "An index that does not count pulses is refused",
    arguments: [
      ("n,polarity,w\n1,up,0.1\n1,up,0.2\n", CurveError.Code.order, 3, 1, "1"),
      ("w,polarity,n\n0.1,up,5\n0.2,up,4\n", .order, 3, 3, "4"),
      ("1,up,0.1\n2,up,0.2\n\n1,down,0.2\n", .order, 4, 1, "1"),
      ("n,polarity,w\n1,up,0.1\n1.5,up,0.2\n", .notANumber, 3, 1, "1.5"),
    ])
  func indices(text: String, code: CurveError.Code, line: Int, column: Int, found: String) {
    let error = #expect(throws: CurveError.self) { try PulseCurve(text: text, source: "lab.csv") }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.text == found)
  }
}

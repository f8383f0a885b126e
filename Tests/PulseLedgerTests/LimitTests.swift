import DeviceContract
import PhysicalUnits
import PulseLedger
import Testing

/// Every limit refuses with its four facts, which, who set it, the number asked and the number left, and
/// nothing is fired.
@Suite struct LimitTests {
  @Test func ofEachCell() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.perCell = 10 }
    _ = try await device.apply(bench.train(.alternating(pairs: 4)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 3))], by: device,
      telling: [
        "pulses of each cell", "10 pulses", "the bench", "asked 3 pulses", "of tile 0",
        "spent 8 pulses", "left 2 pulses",
      ])
    // What still fits is fired: nothing is clipped, and nothing else is blocked.
    _ = try await device.apply(bench.train(.uniform(.up, count: 2)))
  }

  @Test func ofEachArray() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.perArray = 50 }
    _ = try await device.apply(bench.train(.uniform(.up, count: 2)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 1))], by: device,
      telling: [
        "each array", "50", "the bench", "asked 24 pulses of tile 0", "spent 48", "left 2 ",
      ])
    _ = try await device.apply(
      bench.train(.uniform(.up, count: 2), on: bench.capabilities.whole(tile: 1)))
  }

  @Test func ofTheCampaign() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.perCampaign = 50 }
    _ = try await device.apply(
      bench.train(.uniform(.up, count: 2), on: bench.capabilities.whole(tile: 1)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 1))], by: device,
      telling: ["the campaign", "50", "the bench", "asked 24", "spent 48", "left 2 "])
  }

  @Test func ofACause() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.perCause = [.track: 30, .manual: 0] }
    _ = try await device.apply(bench.train(.uniform(.up, count: 1), cause: .track))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 1), cause: .track)], by: device,
      telling: ["cause track", "30", "the bench", "asked 24", "spent 24", "left 6 "])
    try await bench.expectRefusal(
      .overBudget,
      of: [bench.train(.uniform(.up, count: 1), on: .cell(row: 0, column: 0), cause: .manual)],
      by: device, telling: ["cause manual", "asked 1 pulse ", "left 0"])
    _ = try await device.apply(bench.train(.uniform(.up, count: 9), cause: .train))
  }

  @Test func ofLifeHoldsAgainstWhatTheCellHadBefore() async throws {
    let bench = try Bench()
    var past = Array(repeating: UInt64(0), count: 24)
    past[8] = 15
    let device = try bench.metered(lifetime: [TileHistory(pulses: past), TileHistory()]) {
      ($0.lifeShare, $0.endurance) = (0.02, 1000)
    }
    _ = try await device.apply(bench.train(.uniform(.up, count: 4)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 2))], by: device,
      telling: [
        "life of each cell", "2 % of 1000 pulses", "is 20 pulses", "the bench", "asked 2 pulses",
        "cell (1, 2) of tile 0", "spent 19", "left 1 pulse",
      ])
    // All other cells are young.
    _ = try await device.apply(bench.train(.uniform(.up, count: 15), on: .cell(row: 1, column: 3)))
    _ = try await device.apply(bench.train(.uniform(.up, count: 1)))
  }

  /// Held against the worst case before, charged as the device knows it afterwards.
  @Test func ofEnergy() async throws {
    let bench = try Bench()
    let train = bench.train(.uniform(.up, count: 10))
    let quote = PulseQuote(train, on: bench.capabilities)
    let tight = try bench.metered { $0.energy = quote.mostEnergy * 0.99 }
    try await bench.expectRefusal(
      .overBudget, of: [train], by: tight, telling: ["energy", "the bench", "asked", "spent 0 J"])
    let device = try bench.metered { $0.energy = quote.mostEnergy * 1.5 }
    let known = try #require(try await device.apply(train).energy)
    let verdict = try #require(
      try await device.verdicts(on: quote, over: bench.region).first { $0.unit == "J" })
    #expect(abs((verdict.spent ?? 0) - known.value) <= 1e-12 * known.value)
    #expect(known < quote.mostEnergy)
  }

  /// Trains of one batch count together, reads count, and what was taken back does not.
  @Test func ofTime() async throws {
    let bench = try Bench()
    let train = bench.train(.uniform(.up, count: 10))
    let read = ReadRequest(region: bench.region)
    let took = try await MeteredDevice(bench.simulator).read(read).duration
    let device = try bench.metered { $0.time = train.duration * 2.5 + took }
    _ = try await device.read(read)
    try await bench.expectRefusal(
      .overBudget, of: [train, train, train], by: device,
      telling: ["time on the device", "the bench"])
    _ = try await device.apply([train, train])
    try await bench.expectRefusal(
      .overBudget, of: [train], by: device, telling: ["time on the device", "the bench"])
  }

  @Test func ofEnergyOnADeviceThatCannotKnowIt() async throws {
    let bench = try Bench()
    let train = bench.train(.uniform(.up, count: 10))
    let most = PulseQuote(train, on: bench.capabilities).mostEnergy
    let device = MeteredDevice(
      ScriptedDevice(bench.simulator, [.withoutEnergy, .whole]),
      limits: try Bench.limits { $0.energy = most * 1.5 })
    _ = try await device.apply(train)
    try await bench.expectRefusal(
      .overBudget, of: [train], by: device, telling: ["energy", "the bench", "spent \(most)"])
  }

  @Test func ofExposuresHoldsAgainstTheVictimsOverTheirLife() async throws {
    let bench = try Bench()
    var past = Array(repeating: UInt64(0), count: 24)
    past[1] = 90
    let device = try bench.metered(
      lifetime: [TileHistory(exposures: past), TileHistory()]
    ) { $0.exposuresPerCell = 100 }
    let corner = CellRegion.cell(row: 0, column: 0)
    // The pulsed cell itself is not exposed: only its neighbours on the two lines count.
    _ = try await device.apply(bench.train(.uniform(.up, count: 8), on: corner))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 3), on: corner)], by: device,
      telling: [
        "half-select exposures", "100 exposures", "the bench", "asked 3 exposures",
        "cell (0, 1) of tile 0", "spent 98", "left 2 exposures",
      ])
    // A cell elsewhere shares no line with the one that is nearly spent.
    _ = try await device.apply(
      bench.train(.uniform(.up, count: 50), on: .cell(row: 2, column: 3)))
    var third = bench.train(.uniform(.up, count: 3), on: .cell(row: 2, column: 3))
    third.scheme = .thirdVoltage
    try await bench.expectRefusal(
      .overBudget, of: [third], by: device, telling: ["cell (0, 1) of tile 0", "asked 3"])
  }

  /// A check books and takes back; what it has found out of the cells on the way must not be taken back with it.
  @Test func ofExposuresHoldsAfterACheckThatFiredNothing() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.exposuresPerCell = 100 }
    // At a third of the voltage all cells feel a pulse but those that it is for: each half exposes the other.
    func half(_ columns: Range<Column>, _ count: Int) -> PulseTrain {
      var train = bench.train(
        .uniform(.up, count: count), on: CellRegion(rows: 0..<4, columns: columns))
      train.scheme = .thirdVoltage
      return train
    }
    _ = try await device.apply(half(0..<3, 45))
    try await device.check([half(3..<6, 52), half(3..<6, 10)])
    try await bench.expectRefusal(
      .overBudget, of: [half(0..<3, 60)], by: device, telling: ["spent 45", "asked 60"])
    _ = try await device.apply(half(0..<3, 55))
  }

  @Test func ofEveryPulse() async throws {
    let bench = try Bench()
    let shape = bench.capabilities.nominalShape
    let train = bench.train(.uniform(.up, count: 1))
    let (volts, seconds) = (shape.amplitude, shape.width.seconds)
    let stress = volts * seconds
    let rate = Hertz(1 / shape.period.seconds.value)
    let refusals: [((inout Limits) -> Void, [String])] = [
      ({ $0.amplitude = volts * 0.9 }, ["amplitude", "asked \(volts)", "left \(volts * 0.9)"]),
      (
        { $0.width = PulseWidth(picoseconds: shape.width.picoseconds - 1) },
        ["width", "asked \(seconds)"]
      ),
      ({ $0.voltageTime = stress * 0.5 }, ["amplitude times width", "asked \(stress)"]),
      ({ $0.rate = rate * 0.5 }, ["pulse rate", "asked \(rate)", "left \(rate * 0.5)"]),
      (
        { $0.compliance = Amperes(1e-4) },
        ["compliance", "asked nothing", "left 100 µA", "ask for a compliance of at most 100 µA"]
      ),
    ]
    for (set, facts) in refusals {
      let device = try bench.metered(set)
      try await bench.expectRefusal(
        .overLimit, of: [train], by: device, telling: facts + ["the bench"])
    }
    // Limits that are just met do not refuse.
    let device = try bench.metered {
      ($0.amplitude, $0.width, $0.voltageTime, $0.rate) = (volts, shape.width, stress, rate)
    }
    _ = try await device.apply(train)
  }

  /// What is asked for beyond a limit is refused, also where rounding would bring it below.
  @Test func roundingDoesNotBringAPulseBelowALimit() async throws {
    let bench = try Bench()
    let nominal = bench.capabilities.nominalShape.amplitude
    var train = bench.train(.uniform(.up, count: 1))
    train.shape.amplitude = nominal + Volts(0.004)
    let device = try bench.metered { $0.amplitude = nominal }
    try await bench.expectRefusal(.overLimit, of: [train], by: device, telling: ["amplitude"])
    train.shape.amplitude = nominal - Volts(0.004)
    let below = try bench.metered { $0.amplitude = nominal - Volts(0.002) }
    try await bench.expectRefusal(.overLimit, of: [train], by: below, telling: ["amplitude"])
  }

  @Test func aComplianceAboveTheLimitIsRefused() async throws {
    let bench = try Bench()
    let points = [Amperes(1e-4), Amperes(1e-3)]
    var limited = ScriptedDevice(bench.simulator, [.whole])
    limited.capabilities.compliance = ComplianceCapability(enforcer: .hardware, setPoints: points)
    let device = MeteredDevice(limited, limits: try Bench.limits { $0.compliance = points[0] })
    var train = bench.train(.uniform(.up, count: 1))
    train.shape.compliance = points[1]
    try await bench.expectRefusal(
      .overLimit, of: [train], by: device,
      telling: ["compliance", "asked 1 mA", "the bench", "left 100 µA"])
    train.shape.compliance = points[0]
    _ = try await device.apply(train)
  }

  @Test func protectedCellsAreLeftAlone() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.protected = [CellRegion(rows: 1..<2, columns: 0..<3)] }
    let lines = PulseTrain.Pattern.outerProduct(
      rowLines: (0..<4).map { BitLine(slots: $0 == 1 ? [0] : []) },
      columnLines: (0..<6).map { BitLine(slots: $0 == 2 ? [0] : []) }, slots: 1)
    var map = Array(repeating: Int16(2), count: 24)
    for pattern: PulseTrain.Pattern in [
      .uniform(.up, count: 1), .alternating(pairs: 1), .counts(map), lines,
    ] {
      try await bench.expectRefusal(
        .overLimit, of: [bench.train(pattern)], by: device,
        telling: ["protected", "the bench", "of tile 0", "asked", "left 0"])
    }
    for column in 0..<3 { map[6 + column] = 0 }
    _ = try await device.apply(bench.train(.counts(map)))
    let past = PulseTrain.Pattern.outerProduct(
      rowLines: (0..<4).map { BitLine(slots: $0 == 1 ? [0] : []) },
      columnLines: (0..<6).map { BitLine(slots: $0 == 3 ? [0] : []) }, slots: 1)
    _ = try await device.apply(bench.train(past))
    _ = try await device.apply(bench.train(.uniform(.up, count: 0)))
    let counts = await device.counts(of: CellRegion(rows: 1..<2, columns: 0..<3))
    #expect(counts.totals.all == 0)
  }

  @Test func formingNeedsAYesNoNoAndAnArmedDevice() async throws {
    let bench = try Bench()
    let train = bench.train(.uniform(.up, count: 1), cause: .form)
    var (yes, no) = (Limits(), Limits())
    (yes.forming, no.forming) = (true, false)
    let silent = LimitSource("--budget", Limits())
    let cases: [([LimitSource], armed: Bool, facts: [String])] = [
      ([], true, ["default"]), ([silent], true, ["default"]),
      ([LimitSource("a", yes), LimitSource("b", no)], true, ["set by b"]),
      ([LimitSource("a", no), LimitSource("b", yes)], true, ["set by a"]),
      ([LimitSource("a", yes), silent], false, ["not armed"]),
    ]
    for (sources, armed, facts) in cases {
      let device = MeteredDevice(
        bench.simulator, limits: try LimitSet(sources), armedForForming: armed)
      try await bench.expectRefusal(
        .overLimit, of: [train], by: device, telling: facts + ["forming", "asked to form 24 cells"])
    }
    let device = MeteredDevice(
      bench.simulator, limits: try LimitSet([LimitSource("a", yes), silent]),
      armedForForming: true)
    _ = try await device.apply(train)
  }

  @Test(arguments: [true, false])
  func theTighterWinsWhicheverComesFirst(swapped: Bool) async throws {
    let bench = try Bench()
    var (board, user) = (Limits(), Limits())
    (board.perCell, board.amplitude, board.perCampaign) = (100, Volts(0.001), 24)
    (user.perCell, user.amplitude, user.perCampaign) = (5, Volts(9), 1000)
    board.protected = [.cell(row: 0, column: 0)]
    user.protected = [.cell(row: 3, column: 5)]
    let sources = [LimitSource("board", board), LimitSource("user", user)]
    let limits = try LimitSet(swapped ? sources.reversed() : sources)
    let device = MeteredDevice(bench.simulator, limits: limits)
    let quote = PulseQuote(
      bench.train(.uniform(.up, count: 1), on: .cell(row: 1, column: 1)),
      on: bench.capabilities)
    let verdicts = try await device.verdicts(on: quote, over: .cell(row: 1, column: 1))
    let setBy = Dictionary(uniqueKeysWithValues: verdicts.map { ($0.limit, $0.setBy) })
    #expect(setBy["pulses of each cell"] == "user" && setBy["amplitude"] == "board")
    #expect(setBy["pulses of the campaign"] == "board")
    #expect(verdicts.count { $0.limit.contains("protected") } == 2)
    for (row, column) in [(0, 0), (3, 5)] as [(Row, Column)] {
      try await bench.expectRefusal(
        .overLimit, of: [bench.train(.uniform(.up, count: 1), on: .cell(row: row, column: column))],
        by: device, telling: ["protected"])
    }
  }

  /// Pulses that may have been fired are held against every limit that counts pulses.
  @Test func uncertainPulsesAreSpent() async throws {
    let bench = try Bench()
    let lost = DeviceError(code: .linkLost, fired: 0...192, explanation: "the cable was pulled")
    let sets: [(inout Limits) -> Void] = [
      { $0.perCell = 10 }, { $0.perArray = 200 }, { $0.perCampaign = 200 },
      { $0.perCause = [.calibrate: 200] }, { ($0.lifeShare, $0.endurance) = (0.1, 100) },
    ]
    for set in sets {
      let device = MeteredDevice(
        ScriptedDevice(bench.simulator, [.failing(lost)]), limits: try Bench.limits(set))
      await #expect(throws: lost) { try await device.apply(bench.train(.uniform(.up, count: 8))) }
      try await bench.expectRefusal(
        .overBudget, of: [bench.train(.uniform(.up, count: 3))], by: device,
        telling: ["the bench", "asked", "spent"])
    }
  }

  @Test func aPlanIsHeldAgainstAllLimits() async throws {
    let bench = try Bench()
    let row = CellRegion(rows: 1..<2, columns: 0..<6)
    let train = bench.train(.alternating(pairs: 5), on: row)
    let quote = PulseQuote(train, on: bench.capabilities)
    let sets: [((inout Limits) -> Void, String)] = [
      ({ $0.perCell = 9 }, "asked 10 pulses"), ({ $0.perArray = 59 }, "asked 60 pulses"),
      ({ $0.perCampaign = 59 }, "asked 60 pulses"),
      ({ $0.perCause = [.calibrate: 59] }, "asked 60 pulses"),
      ({ ($0.lifeShare, $0.endurance) = (0.5, 18) }, "asked 10 pulses"),
      ({ $0.energy = quote.mostEnergy * 0.9 }, "energy"),
      ({ $0.time = Seconds(quote.mostTime.value * 0.9) }, "time on the device"),
      ({ $0.exposuresPerCell = 9 }, "asked 10 exposures"),
      ({ $0.amplitude = Volts(0.001) }, "amplitude"),
      ({ $0.protected = [.cell(row: 1, column: 4)] }, "protected"),
    ]
    for (set, fact) in sets {
      let device = try bench.metered(set)
      let error = await #expect(throws: DeviceError.self) {
        try await device.check(quote, on: row)
      }
      let text = error?.explanation ?? ""
      #expect(text.contains(fact) && text.contains("the bench") && text.contains("left"), "\(text)")
      #expect(try await device.verdicts(on: quote, over: row).filter { !$0.fits }.count == 1)
      // A plan agrees with the train that it stands for.
      await #expect(throws: DeviceError.self) { try await device.apply(train) }
    }
    #expect(try await bench.odometer() == 0)
  }
}

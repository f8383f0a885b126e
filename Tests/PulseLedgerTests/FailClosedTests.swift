import DeviceContract
import PhysicalUnits
import PulseLedger
import Testing

/// A limit that cannot be enforced is an error, and never no limit.
@Suite struct FailClosedTests {
  @Test func limitsThatMeanNothing() throws {
    let cases: [((inout Limits) -> Void, String)] = [
      ({ $0.lifeShare = 0.02 }, "endurance"), ({ $0.lifeShare = 1.5 }, "more than a life"),
      ({ $0.lifeShare = .nan }, "finite"), ({ $0.endurance = -1 }, "endurance"),
      ({ $0.endurance = .infinity }, "endurance"), ({ $0.perCell = -1 }, "each cell"),
      ({ $0.perArray = -1 }, "each array"), ({ $0.perCampaign = -5 }, "campaign"),
      ({ $0.perCause = [.track: -1] }, "track"), ({ $0.exposuresPerCell = -1 }, "exposures"),
      ({ $0.energy = Joules(.nan) }, "energy"), ({ $0.amplitude = Volts(.nan) }, "amplitude"),
      ({ $0.amplitude = Volts(-1.5) }, "amplitude"), ({ $0.width = .zero }, "width"),
      ({ $0.voltageTime = VoltSeconds(.infinity) }, "amplitude times width"),
      ({ $0.compliance = Amperes(0) }, "compliance"), ({ $0.rate = Hertz(-1) }, "pulse rate"),
      (
        { $0.protected = [CellRegion(rows: 2..<2, columns: 0..<3)] }, "holds no cell"
      ),
    ]
    for (set, hint) in cases {
      var limits = Limits()
      set(&limits)
      let error = #expect(throws: LimitError.self, "\(hint)") {
        try LimitSet([LimitSource("the user", limits)])
      }
      #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
      #expect(error?.setBy == "the user")
    }
  }

  /// A share from one source and an endurance from another meet; the smallest of each counts.
  @Test func aShareAndItsEnduranceMayComeFromTwoSources() async throws {
    let bench = try Bench()
    var (chip, share) = (Limits(), Limits())
    (chip.endurance, share.lifeShare) = (200, 0.03)
    let device = MeteredDevice(
      bench.simulator,
      limits: try LimitSet([LimitSource("[chip]", chip), LimitSource("--budget", share)]))
    _ = try await device.apply(bench.train(.uniform(.up, count: 6)))
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 1))], by: device,
      telling: ["3 % of 200 pulses", "--budget", "asked 1 pulse", "left 0"])
  }

  @Test func pulsesThatAreNoNumberAreRefused() async throws {
    let bench = try Bench()
    let device = try bench.metered { $0.amplitude = Volts(100) }
    for amplitude in [Double.nan, .infinity, -.infinity] {
      var train = bench.train(.uniform(.up, count: 1))
      train.shape.amplitude = Volts(amplitude)
      await #expect(throws: DeviceError.self) { try await device.apply(train) }
    }
    #expect(try await bench.odometer() == 0)
  }

  @Test func protectedCellsThatTheArrayDoesNotHaveRefuseEverything() async throws {
    let bench = try Bench()
    for region in [
      CellRegion(rows: 0..<6, columns: 0..<4), CellRegion(tile: 2, rows: 0..<1, columns: 0..<1),
    ] {
      let device = try bench.metered { $0.protected = [region] }
      let error = await #expect(throws: DeviceError.self) {
        try await device.apply(bench.train(.uniform(.up, count: 1), on: .cell(row: 3, column: 5)))
      }
      #expect(error?.code == .refused && error?.explanation.contains("the bench") == true)
    }
    #expect(try await bench.odometer() == 0)
  }

  @Test func aLifetimeRecordOfAnotherChipRefusesEverything() async throws {
    let bench = try Bench()
    for lifetime in [
      [TileHistory()], [TileHistory(pulses: [1, 2]), TileHistory()],
      [TileHistory(), TileHistory(exposures: [1])],
    ] {
      let device = try bench.metered(lifetime: lifetime) { _ in }
      await #expect(throws: DeviceError.self) {
        try await device.apply(bench.train(.uniform(.up, count: 1)))
      }
      await #expect(throws: DeviceError.self) {
        try await device.check(PulseQuote(), on: bench.region)
      }
    }
    #expect(try await bench.odometer() == 0)
  }

  /// A device that counts cells which the train does not have is believed in nothing.
  @Test func countsOfOtherCellsAreUncertain() async throws {
    let bench = try Bench()
    let device = MeteredDevice(
      ScriptedDevice(bench.simulator, [.counting(cells: 3)]),
      limits: try Bench.limits { $0.perCell = 10 })
    _ = try await device.apply(bench.train(.uniform(.up, count: 8)))
    #expect(await device.account.totals.all == 0)
    #expect(await device.account.uncertain == 8 * 24)
    try await bench.expectRefusal(
      .overBudget, of: [bench.train(.uniform(.up, count: 3))], by: device, telling: ["spent 8"])
  }
}

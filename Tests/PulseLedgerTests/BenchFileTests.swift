import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Testing

@Suite struct BenchFileTests {
  private static let head = "format = \"tare-bench/1\"\n"

  @Test func theExampleIsOne() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appendingPathComponent("Examples/bench.toml").path
    let file = try BenchFile(path: path)
    #expect(file.chip == "hfox-a3" && file.endurance == 1e6)
    #expect(file.board.amplitude == Volts(3.3) && file.user.amplitude == Volts(1.5))
    #expect(file.user.perCell == 20_000 && file.user.lifeShare == 0.02)
    #expect(file.user.perCause == [.track: 50_000_000, .manual: 1000])
    #expect(file.sources.map(\.name) == ["[chip]", "[board]", "[user]"].map { "bench.toml \($0)" })
    _ = try LimitSet(file.sources)
  }

  /// Every key has its effect, in both sections.
  @Test(arguments: ["board", "user"])
  func everyKeyIsRead(section: String) throws {
    let text =
      Self.head + """
        [\(section)]
        pulses_per_cell = 1
        pulses_per_array = 2e3
        pulses_per_campaign = 3
        life = "4 % of life"
        energy = "5 mJ"
        time = "20 s"
        exposures_per_cell = 6
        amplitude = "7 V"
        width = "8 ns"
        voltage_time = "9 nV s"
        compliance = "10 uA"
        rate = "11 kHz"
        protected = ["0:1,2:3", "tile 4: 5:6,7:8"]
        forming = true
        [\(section).pulses_by_cause]
        form = 12
        calibrate = 13
        track = 14
        train = 15
        program = 16
        characterize = 17
        read = 18
        manual = 19
        """
    let file = try BenchFile(text: text, name: "b.toml")
    let limits = section == "board" ? file.board : file.user
    var wanted = Limits()
    (wanted.perCell, wanted.perArray, wanted.perCampaign) = (1, 2000, 3)
    (wanted.lifeShare, wanted.energy, wanted.exposuresPerCell) = (0.04, Joules(5e-3), 6)
    (wanted.amplitude, wanted.width) = (Volts(7), .nanoseconds(8))
    (wanted.voltageTime, wanted.compliance) = (VoltSeconds(9e-9), Amperes(10e-6))
    wanted.time = Seconds(20)
    wanted.rate = Hertz(11e3)
    wanted.protected = [
      CellRegion(rows: 0..<2, columns: 2..<4), CellRegion(tile: 4, rows: 5..<7, columns: 7..<9),
    ]
    wanted.forming = true
    for (place, cause) in Cause.allCases.enumerated() { wanted.perCause[cause] = 12 + place }
    #expect(limits == wanted)
    // The other section is missing: it limits nothing, and has not allowed forming.
    var silent = Limits()
    silent.forming = false
    #expect((section == "board" ? file.user : file.board) == silent)
  }

  @Test(arguments: [
    ("[user]\npulse_per_cell = 5", 3, "pulses_per_cell"),
    ("[user]\nlive = \"2 %\"", 3, "did you mean life?"),
    ("[usr]\nlife = \"2 %\"", 2, "did you mean user?"),
    ("[chip]\nname = \"a\"\nendurence = 5", 4, "did you mean endurance?"),
    ("[user.pulses_by_cause]\ntrak = 5", 3, "did you mean track?"),
    ("[user]\npulses_by_cause = { trak = 5 }", 3, "did you mean track?"),
    ("[board]\namplitude = 1.5", 3, "write for example \"1.5 V\""),
    ("[board]\n\namplitude = \"1.5\"", 4, "has no unit"),
    ("[board]\namplitude = \"1.5 A\"", 3, "is not V"),
    ("[board]\namplitude = \"-1.5 V\"", 3, "not above 0"),
    ("[board]\namplitude = \"nan V\"", 3, "not a finite number"),
    ("[board]\nwidth = \"0 s\"", 3, "not above 0"), ("[board]\nwidth = \"-1 ns\"", 3, "negative"),
    ("[board]\nrate = \"1 s\"", 3, "Hz"), ("[board]\nvoltage_time = \"1 V\"", 3, "V s"),
    ("[user]\npulses_per_cell = -1", 3, "-1 is no whole number"),
    ("[user]\npulses_per_cell = 1.5", 3, "1.5 is no whole number"),
    ("[user]\npulses_per_cell = nan", 3, "nan is no whole number"),
    ("[user]\npulses_per_cell = inf", 3, "no whole number"),
    ("[user]\npulses_per_cell = \"many\"", 3, "no whole number"),
    ("[user]\nenergy = \"nan J\"", 3, "finite"), ("[user]\nlife = 0.02", 3, "\"2 %\""),
    ("[user]\nlife = \"0 %\"", 3, "share of life"), ("[user]\nlife = \"200 %\"", 3, "share"),
    ("[chip]\nendurance = nan", 3, "number above 0"),
    ("[chip]\nendurance = -1e6", 3, "number above 0"),
    ("[chip]\nname = \"../other\"", 3, "letters"), ("[chip]\nname = 3", 3, "text"),
    ("[user]\nprotected = \"0:1,0:63\"", 3, "list"),
    ("[user]\nprotected = [\"0:1\"]", 3, "FIRST-ROW"),
    ("[user]\nprotected = [\"3:1,0:1\"]", 3, "FIRST-ROW"),
    ("[user]\nprotected = [\"tile x: 0:1,0:1\"]", 3, "tile 1: "),
    ("[user]\nforming = \"yes\"", 3, "neither true nor false"),
    ("user = 3", 2, "no table"), ("[user]\npulses_by_cause = 3", 3, "no table"),
    // What the parser itself refuses has a line as well.
    ("[user]\nlife = \"2 %\"\nlife = \"3 %\"", 4, "no TOML"), ("[user]\nlife = 2 %", 3, "no TOML"),
    ("[user", 2, "no TOML"), ("[user]\n[user]", 3, "no TOML"),
  ])
  func whatIsWrongIsNamedWithItsLine(text: String, line: Int, hint: String) throws {
    let error = #expect(throws: BenchFileError.self) {
      try BenchFile(text: Self.head + text + "\n", name: "b.toml")
    }
    let told = error?.description ?? ""
    #expect(told.hasPrefix("b.toml:\(line): ") && told.contains(hint), "\(told)")
  }

  @Test(arguments: [
    ("", "format"), ("[user]\n", "format"), ("format = \"tare-bench/2\"", "another version"),
    ("format = \"tare-device\"", "no bench file"), ("format = 1", "no text"),
    ("format = \"tare-bench/1\"\n[chip]\nname = \"a\\u0000b\"", "number 0"),
  ])
  func otherFormatsAreRefused(text: String, hint: String) {
    let error = #expect(throws: BenchFileError.self) { try BenchFile(text: text, name: "b.toml") }
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: BenchFileError.self) {
      try BenchFile(data: Data([0x66, 0xFF, 0xFE]), name: "b.toml")
    }
  }

  /// A share of life in a file that states no endurance is an error of the set, whoever set it.
  @Test func aShareNeedsAnEndurance() throws {
    let file = try BenchFile(text: Self.head + "[user]\nlife = \"2 %\"\n", name: "x/b.toml")
    let error = #expect(throws: LimitError.self) { try LimitSet(file.sources) }
    #expect(error?.setBy == "b.toml [user]")
    #expect(error?.explanation.contains("endurance") == true)
  }
}

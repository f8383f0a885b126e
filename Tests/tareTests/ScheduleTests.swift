import Foundation
import PulseLedger
import Testing

/// `tare schedule`: several boards by a file.
@Suite(.serialized) struct ScheduleTests {
  /// What `--json` prints.
  struct Report: Decodable {
    struct Campaign: Decodable {
      struct Record: Decodable { let pulses: Int }
      struct Plan: Decodable {
        struct Case: Decodable { let pulses: Int }
        let expected, worst: Case
      }
      let name, status: String
      let failure: String?
      let exitCode: Int32
      let record: Record?
      let plan: Plan?
    }
    let campaigns: [Campaign]
  }

  /// A file of campaigns, and the folder in which it is carried out.
  struct Lab {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    var file: String { scratch.file("night.toml").path }

    static func device(_ name: String, seed: Int) -> String {
      "sim:low-noise?rows=16&columns=16&seed=\(seed)&state=\(name).state"
    }

    /// Writes the file: each campaign by its keys, with defaults for what is needed.
    func write(_ campaigns: [[String: String]], head: String = "") throws {
      var text = "format = \"tare-schedule/1\"\n\(head)\n"
      for (place, campaign) in campaigns.enumerated() {
        let name = campaign["name"] ?? "c\(place)"
        let keys = [
          "name": name, "device": Self.device(name, seed: place + 1), "tolerance": "2 %",
          "out": "run-\(name)",
        ].merging(campaign) { $1 }
        text += "[[campaign]]\n"
        for (key, value) in keys.sorted(by: { $0.key < $1.key }) {
          text += "\(key) = " + (Int(value).map { "\($0)" } ?? "\"\(value)\"") + "\n"
        }
      }
      _ = try scratch.write(text, to: "night.toml")
    }

    var home: [String: String] { ["TARE_HOME": scratch.file("home").path] }

    func run(_ more: [String] = [], during: ((pid_t) throws -> Void)? = nil) throws
      -> Command.Outcome
    {
      try Command.run(
        ["schedule", file] + more, environment: home, in: scratch.url, during: during)
    }

    func report(_ outcome: Command.Outcome) throws -> [String: Report.Campaign] {
      let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
      return Dictionary(uniqueKeysWithValues: report.campaigns.map { ($0.name, $0) })
    }

    func points(_ out: String) throws -> Data {
      try Data(contentsOf: scratch.file("\(out)/maps/symmetric-point.npy"))
    }

    func audit(_ out: String) throws -> Command.Outcome {
      try Command.run(["audit", out], environment: home, in: scratch.url)
    }

    func records(_ out: String) -> Int {
      (try? LedgerReader(scratch.file("\(out)/ledger.sqlite").path).lastRecord()) ?? 0
    }
  }

  /// Each finds what `tare calibrate` finds with the same options; the same command again has nothing to do.
  @Test func eachFindsWhatItFindsAlone() throws {
    let lab = try Lab()
    try lab.write([["name": "left"], ["name": "right", "tolerance": "3 %", "priority": "1"]])
    let dry = try lab.run(["--dry-run", "--json"])
    #expect(dry.status == 0, "\(dry.errors)")
    let plans = try lab.report(dry)
    #expect(plans.values.allSatisfy { $0.status == "planned" && $0.plan != nil })
    #expect(!FileManager.default.fileExists(atPath: lab.scratch.file("run-left").path))
    let text = try lab.run(["--dry-run"])
    #expect(text.output.contains("all together") && text.output.contains("left: sim:low-noise"))
    let outcome = try lab.run(["--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try lab.report(outcome).values.allSatisfy { $0.status == "finished" })
    for (place, (name, tolerance)) in [("left", "2 %"), ("right", "3 %")].enumerated() {
      let alone = try Command.run(
        [
          "calibrate", "--device", Lab.device("\(name)-alone", seed: place + 1), "--tolerance",
          tolerance, "--out", "alone-\(name)",
        ], environment: lab.home, in: lab.scratch.url)
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(try lab.points("alone-\(name)") == lab.points("run-\(name)"))
      #expect(try lab.audit("run-\(name)").status == 0)
    }
    let again = try lab.run(["--json"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try lab.report(again).values.allSatisfy { $0.status == "finished before" })
    try lab.write([["name": "left", "tolerance": "4 %"], ["name": "right", "tolerance": "3 %"]])
    let other = try lab.run()
    #expect(
      other.status == 64 && other.errors.contains("left") && other.errors.contains("tolerance"))
  }

  /// A board that is not there costs the others nothing; the exit code is that of the failure that matters most.
  @Test func whatFailsIsSaidAndNothingElseIsLost() throws {
    let lab = try Lab()
    try lab.write([
      [
        "name": "refused", "device": "sim:reram-sb?rows=16&columns=16&state=sb.state",
        "tolerance": "1 %",
      ],
      ["name": "well"],
      ["name": "absent", "device": "tcp:127.0.0.1:1", "expect": "low-noise", "priority": "3"],
    ])
    let outcome = try lab.run(["--json"])
    #expect(outcome.status == 69, "\(outcome.errors)")
    #expect(outcome.errors.contains("absent: ") && outcome.errors.contains("refused: "))
    let ends = try lab.report(outcome)
    #expect(ends["well"]?.status == "finished" && ends["well"]?.exitCode == 0)
    #expect(ends["absent"]?.exitCode == 69 && ends["refused"]?.exitCode == 1)
    #expect(lab.records("run-refused") == 0)
  }

  /// All campaigns together spend no pulse more than they share; what does not fit is refused before its first pulse.
  @Test func aSharedBudgetIsNeverExceeded() throws {
    let lab = try Lab()
    let campaigns = [["name": "a"], ["name": "b", "priority": "1"], ["name": "c"]]
    try lab.write(campaigns)
    let plan = try #require(try lab.report(try lab.run(["--dry-run", "--json"]))["a"]?.plan)
    // Two and a little, with the margin of a quarter that plans are held to.
    let pool = plan.expected.pulses * 11 / 4
    try lab.write(campaigns, head: "budget = \"\(pool)\"")
    let outcome = try lab.run(["--json"])
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("c: night.toml budget is too small"), "\(outcome.errors)")
    let ends = try lab.report(outcome)
    #expect(["a", "b"].allSatisfy { ends[$0]?.status == "finished" }, "\(outcome.errors)")
    let spent = ends.values.reduce(0) { $0 + ($1.record?.pulses ?? 0) }
    #expect(spent > 0 && spent <= pool)
    #expect(lab.records("run-c") == 0)
    // Given again, it still spends no pulse more.
    let again = try lab.report(try lab.run(["--json"]))
    let more = again.values.reduce(0) { $0 + ($1.record?.pulses ?? 0) }
    #expect(spent + more <= pool)
  }

  /// Files that are wrong end with exit code 78 and the place.
  @Test func aFileThatIsWrongHasAPlace() throws {
    let lab = try Lab()
    try lab.write([["name": "a"], ["name": "b", "device": Lab.device("a", seed: 1)]])
    let outcome = try lab.run()
    #expect(outcome.status == 78 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains("night.toml:9: [[campaign]] 2, device"), "\(outcome.errors)")
    let absent = try Command.run(["schedule", "absent.toml"], in: lab.scratch.url)
    #expect(absent.status == 66)
  }

  /// A simulator and a board at once, killed with the process in the middle, end as if nothing had been.
  ///
  /// Reads of the board have no noise: one that the kill came in finds the same when it is read anew.
  @Test func killedInTheMiddleItGoesOn() throws {
    var maps: [[Data]] = []
    var said = ""
    for isKilled in [false, true] {
      let lab = try Lab()
      let board = try BoardProcess(
        device:
          "sim:low-noise?rows=8&columns=8&seed=5&read_noise=0&state=\(lab.scratch.file("board.state").path)",
        in: lab.scratch)
      defer { board.stop() }
      try lab.write([
        ["name": "sim", "tolerance": "1 %"],
        [
          "name": "board", "device": board.selector, "expect": "low-noise", "tolerance": "2 %",
          "seed": "1",
        ],
      ])
      if isKilled {
        for records in [10, 25] {
          let killed = try lab.run { process in
            ChipLab.wait {
              lab.records("run-board") >= records && lab.records("run-sim") >= records
            }
            kill(process, SIGKILL)
          }
          #expect(killed.status == SIGKILL, "\(killed.errors)")
          said += killed.errors
        }
      }
      let outcome = try lab.run(["--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      if isKilled {
        said += outcome.errors
        for name in ["sim", "board"] {
          #expect(outcome.errors.contains("\(name): went on with an unfinished run"))
        }
      }
      for name in ["sim", "board"] { #expect(try lab.audit("run-\(name)").status == 0) }
      maps.append([try lab.points("run-sim"), try lab.points("run-board")])
    }
    // A read that the kill came in is made again, with other noise.
    let lines = said.split(separator: "\n").filter { $0.hasPrefix("sim: ") }
    if !lines.contains(where: { $0.contains(ToleranceTests.readAgain) }) {
      #expect(maps[0][0] == maps[1][0], "\(said)")
    }
    // A train that a board broke off because its host was gone may have left pulses that nobody counted.
    if !said.contains("uncertain") { #expect(maps[0][1] == maps[1][1], "\(said)") }
  }

  /// A board that is killed in the middle leaves the other one complete; power back and the same command finishes it.
  @Test func aBoardThatVanishesLeavesTheOther() throws {
    let lab = try Lab()
    let board = try BoardProcess(
      device: "sim:low-noise?rows=8&columns=8&seed=5&state=\(lab.scratch.file("board.state").path)",
      in: lab.scratch)
    defer { board.stop() }
    try lab.write([
      ["name": "sim", "tolerance": "2 %"],
      ["name": "board", "device": board.selector, "expect": "low-noise", "tolerance": "1 %"],
    ])
    let outcome = try lab.run(["--json"]) { _ in
      ChipLab.wait { lab.records("run-board") >= 20 }
      board.stop()
    }
    #expect(outcome.status == 69, "\(outcome.errors)")
    let ends = try lab.report(outcome)
    #expect(ends["sim"]?.status == "finished")
    #expect(ends["board"]?.status == "interrupted" && (ends["board"]?.record?.pulses ?? 0) > 0)
    try board.loseAndRegainPower()
    let again = try lab.run()
    #expect(again.status == 0, "\(again.errors)")
    #expect(try lab.audit("run-board").status == 0)
  }

  /// Ctrl-C parks all, keeps what was measured, and the same command goes on.
  @Test func anInterruptParksAll() throws {
    let lab = try Lab()
    try lab.write(
      [["name": "a", "tolerance": "0.5 %"], ["name": "b", "tolerance": "0.5 %"], ["name": "c"]],
      head: "at_once = 2")
    let outcome = try lab.run(["--json"]) { process in
      ChipLab.wait { lab.records("run-a") >= 20 && lab.records("run-b") >= 20 }
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    let ends = try lab.report(outcome)
    for name in ["a", "b"] {
      #expect(ends[name]?.status == "interrupted" && ends[name]?.exitCode == 130)
      #expect(outcome.errors.contains("\(name): stopped after"), "\(outcome.errors)")
      #expect(try lab.audit("run-\(name)").status == 0)
    }
    #expect(ends["c"]?.exitCode == 130 && lab.records("run-c") == 0)
    #expect(try lab.run().status == 0)
  }
}

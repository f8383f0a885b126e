import DeviceContract
import Foundation
import PulseLedger
import Testing

/// `tare reference`: symmetric points shown, stored, written into cells, and made the zero of an array.
@Suite(.serialized) struct ReferenceCommandTests {
  /// What `--json` prints at the end of a write, as far as it is asked for.
  struct Written: Decodable {
    let cells: [String: Int]
    let verdicts: [String]
    let tolerance: Double
    let rmsResidual: Double
    let rmsDistanceToTruth: Double?
    let pulses, pulsesPerCellMost: Int
  }

  /// What `--dry-run --json` prints.
  struct Plan: Decodable {
    struct Case: Decodable {
      let pulsesPerCell, pulses, halfSelectExposures: Int
      let deviceTimeSeconds, energyJoules: Double
    }
    let cells, left, pulsesPerCellAllowed: Int
    let best, expected, worst: Case
    let refusal: String?
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ outcome: Command.Outcome) throws
    -> Value
  {
    try JSONDecoder().decode(type, from: Data(outcome.output.utf8))
  }

  /// A chip of two crossbars in a file, and the first of them calibrated into the folder "measured".
  static func calibrated(_ options: String = "") throws -> (lab: ChipLab, device: [String]) {
    let lab = try ChipLab()
    let device = [
      "--device", lab.device + "&tiles=2" + options, "--home", lab.home.path, "--chip", lab.chip,
    ]
    let outcome = try Command.run(
      ["calibrate"] + device + ["--tolerance", "1%", "--out", lab.scratch.file("measured").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (lab, device)
  }

  static func reference(
    _ lab: ChipLab, _ name: String, _ more: [String], from run: String = "measured"
  ) throws -> Command.Outcome {
    try Command.run(["reference", name, lab.scratch.file(run).path] + more)
  }

  static func out(_ lab: ChipLab, _ name: String) -> [String] {
    ["--out", lab.scratch.file(name).path]
  }

  @Test func theZeroOfAnArrayIsShifted() throws {
    let (lab, device) = try Self.calibrated()
    let asked = device + ["--tolerance", "1%"]
    let dry = try Self.reference(lab, "shift", asked + ["--dry-run", "--json"])
    #expect(dry.status == 0, "\(dry.errors)")
    let plan = try Self.decode(Plan.self, dry)
    #expect(plan.cells == 64 && plan.left == 0 && plan.refusal == nil)
    #expect(plan.best.pulses < plan.expected.pulses && plan.expected.pulses < plan.worst.pulses)
    #expect(plan.best.energyJoules < plan.expected.energyJoules)
    #expect(plan.expected.deviceTimeSeconds < plan.worst.deviceTimeSeconds)
    #expect(plan.expected.halfSelectExposures < plan.worst.halfSelectExposures)
    let outcome = try Self.reference(lab, "shift", asked + ["--json"] + Self.out(lab, "shifted"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let written = try Self.decode(Written.self, outcome)
    #expect(written.cells["reached"] == 64 && written.tolerance == 0.02)
    #expect(written.rmsResidual <= written.tolerance)
    // 1 % of 2 from the calibration, and as much from the write at most; 64 cells scatter by 9 %.
    let distance = try #require(written.rmsDistanceToTruth)
    #expect(distance <= 1.3 * 0.02 * 2.0.squareRoot())
    // The calibration left the cells within a swing: tens of pulses, not the thousands of zero-shifting.
    #expect(written.pulses <= 64 * 60 && written.pulsesPerCellMost <= plan.worst.pulsesPerCell)
    try lab.expectBalance(lab.scratch.file("shifted"))
    try lab.expectBalance(lab.chipLedger)
    let totals = try Command.run(["ledger", "totals", lab.scratch.file("shifted").path])
    #expect(totals.output.contains("program") && !totals.output.contains("calibrate"))
    let files = Set(try lab.scratch.contents(of: "shifted").keys)
    for name in [
      "maps/residual.npy", "maps/verdict.npy", "maps/cells.csv", "figures/residual-map.svg",
    ] {
      #expect(files.contains(name), "\(name)")
    }
    // What is finished stays.
    #expect(try Self.reference(lab, "shift", asked + Self.out(lab, "shifted")).status == 64)
  }

  @Test func aSecondArrayHoldsTheReference() throws {
    let (lab, device) = try Self.calibrated("&reference_std=0.1")
    let asked = device + ["--tolerance", "1%", "--budget", "4000/cell"]
    let own = try Self.reference(lab, "program", asked)
    #expect(own.status == 64 && own.errors.contains("--tile"), "\(own.errors)")
    let outcome = try Self.reference(
      lab, "program", asked + ["--tile", "1", "--json"] + Self.out(lab, "written"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let written = try Self.decode(Written.self, outcome)
    #expect(written.cells["reached"] == 64, "\(written.cells)")
    #expect(written.rmsDistanceToTruth == nil)
    let table = try String(contentsOf: lab.scratch.file("written/maps/cells.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let points = try String(
      contentsOf: lab.scratch.file("measured/maps/cells.csv"), encoding: .utf8
    )
    .split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    for (row, point) in zip(table, points) {
      let (target, weight) = (Double(row[2]) ?? .nan, Double(row[3]) ?? .nan)
      #expect(abs(target - (Double(point[2]) ?? .nan)) < 1e-6)
      #expect(abs(weight - target) <= 0.02 && row[5] == "reached")
    }
    try lab.expectBalance(lab.scratch.file("written"))
    // A single line of cells is no place for an array.
    let small = try Self.reference(
      lab, "program", asked + ["--tile", "1", "--region", "0:3,0:7"])
    #expect(small.status == 64 && small.errors.contains("8 x 8"), "\(small.errors)")
  }

  /// Killed anywhere and given again, a write ends with the same states, and no pulse is fired twice.
  ///
  /// Reads have no noise here, so that one which is made again finds the same.
  @Test(arguments: ["shift", "program"]) func aKilledWriteEndsLikeOneThatWasNot(name: String) throws
  {
    print("ReferenceCommandTests.aKilledWriteEndsLikeOneThatWasNot(\(name)): seed \(ChipLab.seed)")
    func write(_ lab: ChipLab, _ device: [String]) -> [String] {
      ["reference", name, lab.scratch.file("measured").path] + device
        + ["--tolerance", "0.2%"] + Self.out(lab, "run")
        + (name == "program" ? ["--tile", "1"] : [])
    }
    let (whole, device) = try Self.calibrated("&reference_std=0.1&read_noise=0")
    let outcome = try Command.run(write(whole, device))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let maps = { (lab: ChipLab) in
      try lab.scratch.contents(of: "run").filter { $0.key.hasPrefix("maps/") }
    }
    let expected = try maps(whole)
    for (records, signal, status) in [
      (3, SIGKILL, SIGKILL), (30, SIGKILL, SIGKILL), (5, SIGINT, 130),
    ] {
      let (lab, device) = try Self.calibrated("&reference_std=0.1&read_noise=0")
      let ledger = lab.scratch.file("run").path + "/ledger.sqlite"
      let stopped = try Command.run(write(lab, device)) { process in
        ChipLab.wait {
          (try? LedgerReader(ledger).lastRecord()).map { $0 >= records } ?? false
        }
        kill(process, signal)
      }
      // A signal that comes when all is done stops nothing.
      if stopped.status != 0 {
        #expect(stopped.status == status, "at record \(records): \(stopped.errors)")
        let again = try Command.run(write(lab, device))
        #expect(again.status == 0, "at record \(records): \(again.errors)")
        if records > 10 { #expect(again.errors.contains("not fired again"), "\(again.errors)") }
      }
      // Nor is there anything left of what was being written when the kill came.
      let found = try maps(lab)
      #expect(found == expected, "killed at record \(records)")
      try lab.expectBalance(lab.scratch.file("run"))
      try lab.expectBalance(lab.chipLedger)
    }
  }

  /// Through the reference firmware the cells end with the same bits as in the simulator.
  @Test func aBoardIsShiftedLikeTheSimulator() throws {
    let scratch = try Scratch()
    let chip = "sim:low-noise?rows=8&columns=8&seed=20263"
    let board = try BoardProcess(device: chip, in: scratch)
    let devices = [
      ("board", board.selector, ["--expect", "low-noise"]),
      ("sim", chip + "&state=\(scratch.file("sim.state").path)", []),
    ]
    for (name, device, more) in devices {
      let on = ["--device", device, "--seed", "20263", "--home", scratch.file("home").path] + more
      for command in [
        ["calibrate", "--tolerance", "1%", "--out", scratch.file(name).path],
        [
          "reference", "shift", scratch.file(name).path, "--tolerance", "0.5%", "--out",
          scratch.file(name + "-shifted").path,
        ],
      ] {
        let outcome = try Command.run(command + on)
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
      }
      let audit = try Command.run(["audit", scratch.file(name + "-shifted").path])
      #expect(audit.status == 0, "\(audit.output)")
    }
    for map in ["target", "weight", "residual", "verdict", "pulses"] {
      let name = "maps/\(map).npy"
      #expect(
        try Data(contentsOf: scratch.file("board-shifted/\(name)"))
          == Data(contentsOf: scratch.file("sim-shifted/\(name)")), "\(map)")
    }
    let silent = try Command.run([
      "reference", "shift", scratch.file("board").path, "--device", board.selector, "--tolerance",
      "1%",
    ])
    #expect(silent.status == 64 && silent.errors.contains("--expect"), "\(silent.errors)")
  }

  @Test func budgetsAreRefusedBefore() throws {
    let (lab, device) = try Self.calibrated()
    let totals = { try Command.run(["ledger", "totals", lab.chipLedger.path, "--json"]).output }
    let before = try totals()
    #expect(before.contains("calibrate"))
    let asked = device + ["--tolerance", "1%", "--tile", "1"] + Self.out(lab, "run")
    for budget in ["20/cell", "1000", "1 nJ"] {
      let refused = try Self.reference(lab, "program", asked + ["--budget", budget])
      #expect(refused.status == 1, "\(budget): \(refused.errors)")
      #expect(refused.errors.contains("--budget") && refused.errors.contains("othing was fired"))
      #expect(!FileManager.default.fileExists(atPath: lab.scratch.file("run").path))
    }
    #expect(try totals() == before)
    // What is granted is kept to the pulse.
    let budget = ["--budget", "100/cell,6400"]
    let shifted = try Self.reference(
      lab, "shift", device + ["--tolerance", "1%", "--json"] + budget + Self.out(lab, "run"))
    #expect(shifted.status == 0, "\(shifted.errors)")
    #expect(try Self.decode(Written.self, shifted).pulsesPerCellMost <= 100)
  }

  @Test func stuckCellsNeedAWord() throws {
    let (lab, device) = try Self.calibrated("&corrupt_devices_prob=0.1")
    let file = lab.scratch.file("zero.npy").path
    let refused = try Self.reference(lab, "store", ["--out", file])
    #expect(refused.status == 1 && refused.errors.contains("--fill"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: file))
    for form in ["npy", "csv", "json"] {
      let stored = try Self.reference(
        lab, "store", ["--out", lab.scratch.file("zero." + form).path, "--fill", "array-mean"])
      #expect(stored.status == 0 && stored.errors.contains("the mean of the"), "\(stored.errors)")
    }
    let again = try Self.reference(lab, "show", ["--json"], from: "zero.json")
    #expect(again.status == 0, "\(again.errors)")
    struct Summary: Decodable {
      let cells: [String: Int]
      let cellsWithoutPoint: Int
    }
    let summary = try Self.decode(Summary.self, again)
    #expect(summary.cellsWithoutPoint == 0 && (summary.cells["stuck"] ?? 0) > 0)
    // A cell without a point of its own is left alone where it is.
    let shifted = try Self.reference(lab, "shift", device + ["--tolerance", "1%", "--json"])
    #expect(shifted.status == 0, "\(shifted.errors)")
    #expect(
      try Self.decode(Written.self, shifted).cells["left"] == summary.cells["stuck"])
    let written = try Self.reference(
      lab, "program", device + ["--tolerance", "1%", "--tile", "1", "--dry-run"])
    #expect(written.status == 1 && written.errors.contains("--fill"), "\(written.errors)")
  }

  @Test func whatMakesNoSenseIsSaid() throws {
    let (lab, device) = try Self.calibrated()
    let asked = device + ["--tolerance", "1%"]
    let other = ["--device", "sim:low-noise?rows=8&columns=8&seed=9", "--tolerance", "1%"]
    let cases: [(Command.Outcome, Int32, String)] = [
      (try Self.reference(lab, "show", [], from: "nowhere"), 66, "no such run"),
      (try Self.reference(lab, "show", [], from: "home"), 66, "reference.json"),
      (try Self.reference(lab, "show", [], from: "measured/run.json"), 65, "tare-reference"),
      (try Self.reference(lab, "store", Self.out(lab, "zero.txt")), 64, ".npy"),
      (try Self.reference(lab, "shift", other), 64, "tare reference program"),
      (try Self.reference(lab, "shift", device + ["--tolerance", "x"]), 64, "--tolerance"),
      (try Self.reference(lab, "program", asked + ["--tile", "7"]), 64, "tiles"),
      (try Self.reference(lab, "program", asked + ["--region", "0:7"]), 64, "--region"),
      (try Self.reference(lab, "shift", asked + ["--averages", "0"]), 64, "--averages"),
    ]
    for (outcome, status, part) in cases {
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(part): \(outcome.errors)")
    }
    let file = lab.scratch.file("measured/maps/reference.json")
    let whole = try Data(contentsOf: file)
    try whole.prefix(whole.count / 2).write(to: file)
    let cut = try Self.reference(lab, "show", [])
    #expect(cut.status == 65 && cut.errors.contains("cut short"), "\(cut.errors)")
  }
}

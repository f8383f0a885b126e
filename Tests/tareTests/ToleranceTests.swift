import DeviceContract
import Foundation
import PulseLedger
import Testing

/// `tare calibrate --tolerance`: planned, refused or carried out, and gone on with.
@Suite(.serialized) struct ToleranceTests {
  /// What `--dry-run --json` prints.
  struct Plan: Decodable {
    struct Case: Decodable {
      let pulsesPerCell, pulses, reads, halfSelectExposures: Int
      let deviceTimeSeconds, energyJoules: Double
    }
    let verdict, method, reason: String
    let tolerance: Double
    let reachable: Double?
    let refusal: String?
    let best, expected, worst: Case
  }

  static func dryRun(
    _ device: String, _ more: [String] = []
  ) throws -> (outcome: Command.Outcome, plan: Plan) {
    let outcome = try Command.run(
      ["calibrate", "--device", device, "--dry-run", "--json"] + more)
    return (outcome, try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8)))
  }

  /// One converges, one is refused with an offer, and of one nothing but the array mean can be known.
  @Test func threeDevicesThreeAnswers() throws {
    let quiet = try Self.dryRun("sim:low-noise", ["--tolerance", "1%"])
    #expect(quiet.outcome.status == 0 && quiet.plan.verdict == "measures")
    #expect(quiet.plan.method == "seek" && quiet.plan.tolerance == 0.02)
    let costs = [quiet.plan.best, quiet.plan.expected, quiet.plan.worst]
    for (less, more) in zip(costs, costs.dropFirst()) {
      #expect(less.pulses < more.pulses && less.reads < more.reads)
      #expect(less.halfSelectExposures < more.halfSelectExposures)
      #expect(less.deviceTimeSeconds < more.deviceTimeSeconds)
      #expect(less.energyJoules < more.energyJoules)
    }
    let noisy = try Self.dryRun("sim:reram-sb", ["--tolerance", "1%"])
    #expect(noisy.outcome.status == 1 && noisy.plan.verdict == "refused")
    #expect(noisy.outcome.errors.contains("--tolerance"), "\(noisy.outcome.errors)")
    // What is offered is granted, in the words in which it is offered.
    let offered = try #require(
      noisy.outcome.errors.firstMatch(of: /--tolerance ([0-9.]+%)/)?.output.1)
    let second = try Self.dryRun("sim:reram-sb", ["--tolerance", String(offered)])
    #expect(second.outcome.status == 0 && second.plan.verdict == "measures")
    let coarse = try Self.dryRun("sim:reram-hfo2", ["--tolerance", "1%"])
    #expect(coarse.outcome.status == 0 && coarse.plan.verdict == "priorOnly")
    let text = try Command.run([
      "calibrate", "--device", "sim:reram-hfo2", "--tolerance", "1%", "--dry-run",
    ])
    #expect(text.output.contains("array mean is all that can be known"), "\(text.output)")
  }

  @Test func aShareOfLifeIsABudget() throws {
    let scratch = try Scratch()
    let bench = try scratch.write(
      "format = \"tare-bench/1\"\n[chip]\nendurance = 1e5\n", to: "mine.toml")
    let device = "sim:reram-sb?rows=8&columns=8"
    let limits = ["--bench", bench, "--budget", "2% of life"]
    let outcome = try Self.dryRun(device, ["--tolerance", "1%"] + limits)
    #expect(outcome.outcome.status == 1)
    #expect(outcome.outcome.errors.contains("2000"), "\(outcome.outcome.errors)")
    #expect(outcome.outcome.errors.contains("--budget"), "\(outcome.outcome.errors)")
    // Nothing is made where nothing may be fired.
    let run = scratch.file("run").path
    let refused = try Command.run(
      ["calibrate", "--device", device, "--tolerance", "1%", "--out", run] + limits)
    #expect(refused.status == 1 && refused.errors.contains("Nothing was fired"))
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  @Test(arguments: [
    (["--tolerance", "0%"], "--tolerance"), (["--tolerance", "x"], "--tolerance"),
    (["--tolerance", "1%", "--pulses", "10"], "--pulses"), (["--method", "seek"], "--tolerance"),
    (["--expect", "low-noise"], "--expect"), (["--audit", "all"], "--audit"),
    (["--tolerance", "1%", "--audit", "0%"], "--audit"), (["--prefer", "time"], "--prefer"),
    (["--tolerance", "1%", "--expect", "nowhere"], "nowhere"),
    (["--tolerance", "1%", "--device", "sim:idealized"], "no symmetric point"),
  ])
  func whatMakesNoSenseIsSaid(arguments: [String], part: String) throws {
    let outcome = try Command.run(["calibrate", "--dry-run"] + arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
  }

  static func arguments(_ lab: ChipLab, _ out: String, _ more: [String] = []) -> [String] {
    ["calibrate"] + lab.onChip
      + ["--tolerance", "0.3%", "--out", lab.scratch.file(out).path] + more
  }

  static func maps(_ lab: ChipLab, _ out: String) throws -> [String: Data] {
    // The reference names its run, which no other has.
    try lab.scratch.contents(of: out).filter {
      $0.key.hasPrefix("maps/") && !$0.key.hasSuffix(".json")
    }
  }

  @Test func aRunFolderHoldsWhatWasFound() throws {
    let lab = try ChipLab()
    let outcome = try Command.run(Self.arguments(lab, "run", ["--json"]))
    #expect(outcome.status == 0, "\(outcome.errors)")
    struct Record: Decodable {
      struct Stand: Decodable { let pulses, reads: Int }
      struct Audit: Decodable { let extent: String, cellsAsked, cellsFailed: Int }
      let cells: [String: Int]
      let verdicts: [String]
      let method: String
      let tolerance, expectedPulsesPerCell: Double
      let course, parts: [Stand]
      let audit: Audit
      let pulses: Int
    }
    let record = try JSONDecoder().decode(Record.self, from: Data(outcome.output.utf8))
    #expect(record.method == "seek" && abs(record.tolerance - 0.006) < 1e-12)
    #expect(record.cells["converged"] == 64 && record.verdicts[0] == "converged")
    #expect(record.parts.reduce(0) { $0 + $1.pulses } == record.pulses)
    #expect(record.course.last?.pulses == record.parts.first?.pulses)
    #expect(record.audit.extent == "sample" && record.audit.cellsAsked == 20)
    let files = Set(try lab.scratch.contents(of: "run").keys)
    #expect(files.contains("maps/reference.json"))
    for name in ["symmetric-point", "half-width", "pulses", "verdict", "true-symmetric-point"] {
      #expect(files.contains("maps/\(name).npy"), "\(name)")
    }
    for name in [
      "estimate-against-pulses", "error-against-budget", "symmetric-point-map", "residual-map",
      "half-width-map", "pulses-map", "pulses-histogram", "symmetric-point-histogram",
    ] {
      #expect(files.contains("figures/\(name).svg"), "\(name)")
    }
    // The maps tell what the ledger does.
    let table = try String(contentsOf: lab.scratch.file("run/maps/cells.csv"), encoding: .utf8)
    let rows = table.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.reduce(0) { $0 + (Int($1[7]) ?? 0) + (Int($1[8]) ?? 0) } == record.pulses)
    #expect(rows.allSatisfy { $0[6] == "converged" })
    try lab.expectBalance(lab.scratch.file("run/ledger.sqlite"))
    // What is finished stays, unless it is to be replaced.
    #expect(try Command.run(Self.arguments(lab, "run")).status == 64)
  }

  /// What a command says of a read that a kill came in.
  static let readAgain = "made again where the run was broken off"

  /// A search follows from what was read: killed anywhere and given again, it ends with the same maps, or says that a
  /// read was made again.
  @Test func aKilledSearchEndsLikeOneThatWasNot() throws {
    print("ToleranceTests.aKilledSearchEndsLikeOneThatWasNot: seed \(ChipLab.seed)")
    let whole = try ChipLab()
    let outcome = try Command.run(Self.arguments(whole, "run"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let expected = try Self.maps(whole, "run")
    // The audit comes last, with trains of single cells: the last records are its own.
    let last = try LedgerReader(whole.scratch.file("run").path + "/ledger.sqlite").lastRecord()
    for (records, signal, status) in [
      (4, SIGKILL, SIGKILL), (25, SIGKILL, SIGKILL), (60, SIGINT, 130),
      (last - 20, SIGKILL, SIGKILL),
    ] {
      let lab = try ChipLab()
      let ledger = lab.scratch.file("run").path + "/ledger.sqlite"
      let stopped = try Command.run(Self.arguments(lab, "run")) { process in
        ChipLab.wait {
          (try? LedgerReader(ledger).lastRecord()).map { $0 >= records } ?? false
        }
        kill(process, signal)
      }
      #expect(stopped.status == status, "at record \(records): \(stopped.errors)")
      let again = try Command.run(Self.arguments(lab, "run"))
      #expect(again.status == 0, "at record \(records): \(again.errors)")
      if records > 10 { #expect(again.errors.contains("not fired again"), "\(again.errors)") }
      let found = try Self.maps(lab, "run")
      if again.errors.contains(Self.readAgain) {
        try MapAgreement.expect(found, expected)
      } else {
        #expect(found == expected, "killed at record \(records)")
      }
      try lab.expectBalance(lab.scratch.file("run/ledger.sqlite"))
      try lab.expectBalance(lab.chipLedger)
    }
  }

  /// Through the reference firmware the maps have the same bytes as in the simulator.
  @Test func aBoardIsCalibratedLikeTheSimulator() throws {
    let scratch = try Scratch()
    let board = try BoardProcess(device: "sim:low-noise?rows=8&columns=8&seed=20263", in: scratch)
    let asked = ["calibrate", "--tolerance", "1%", "--seed", "20263"]
    let silent = try Command.run(asked + ["--device", board.selector, "--dry-run"])
    #expect(silent.status == 64 && silent.errors.contains("--expect"), "\(silent.errors)")
    let home = ["--home", scratch.file("home").path]
    let onBoard = try Command.run(
      asked + ["--device", board.selector, "--expect", "low-noise", "--out"]
        + [scratch.file("board").path] + home)
    #expect(onBoard.status == 0, "\(onBoard.errors)")
    let simulated = try Command.run(
      asked + ["--device", "sim:low-noise?rows=8&columns=8", "--out", scratch.file("sim").path])
    #expect(simulated.status == 0, "\(simulated.errors)")
    for map in ["symmetric-point", "half-width", "pulses", "verdict"] {
      let name = "maps/\(map).npy"
      #expect(
        try Data(contentsOf: scratch.file("board/\(name)"))
          == Data(contentsOf: scratch.file("sim/\(name)")), "\(map)")
    }
    let audit = try Command.run(["audit", scratch.file("board").path] + home)
    #expect(audit.status == 0, "\(audit.output)")
  }

  @Test func aStudyWritesTableAndFigure() throws {
    let scratch = try Scratch()
    let outcome = try Command.run([
      "study", "pulses-vs-error", "--device", "sim:low-noise?rows=8&columns=8", "--errors", "1,2",
      "--seeds", "2", "--most-pulses", "4000", "--methods", "seek,zero-shift-cyclic", "--out",
      scratch.url.path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try String(contentsOf: scratch.file("pulses-vs-error.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    // Two errors, two arrays; zero-shifting by its last state and by the mean of the last ones.
    #expect(table.count == 1 + 2 * 2 * 3)
    // The search beats zero-shifting, and nothing the bound by more than 64 cells let one think.
    for error in ["0.01", "0.02"] {
      let pulses = { (method: String) in
        table.filter { $0[0] == method && $0[1] == error }.compactMap { Double($0[3]) }
      }
      #expect(pulses("seek").count == 2)
      let most = try #require(pulses("seek").max())
      let least = try #require(pulses("zero-shift-cyclic").min())
      #expect(most < least)
    }
    #expect(FileManager.default.fileExists(atPath: scratch.file("pulses-vs-error.svg").path))
    let unknown = try Command.run(["study", "pulses-vs-error", "--methods", "sek"])
    #expect(unknown.status == 64 && unknown.errors.contains("seek"))
  }
}

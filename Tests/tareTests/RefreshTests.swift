import Foundation
import PulseLedger
import Testing

/// `tare calibrate --refresh` and the periods of `tare schedule`: what has gone stale is measured again.
@Suite(.serialized) struct RefreshTests {
  private struct Lab {
    let scratch: Scratch
    let device = "sim:low-noise?rows=16&columns=16&seed=20263&state=chip.state"

    init() throws { scratch = try Scratch() }

    var home: [String: String] { ["TARE_HOME": scratch.file("home").path] }

    func run(_ arguments: [String], during: ((pid_t) throws -> Void)? = nil) throws
      -> Command.Outcome
    {
      try Command.run(arguments, environment: home, in: scratch.url, during: during)
    }

    func calibrate(
      _ out: String, _ more: [String] = ["--tolerance", "2 %"],
      during: ((pid_t) throws -> Void)? = nil
    ) throws -> Command.Outcome {
      try run(["calibrate", "--device", device, "--out", out] + more, during: during)
    }

    /// The columns of a table of cells: symmetric point, low, high, verdict, pulses.
    func cells(_ out: String) throws -> [[Substring]] {
      try String(contentsOf: scratch.file("\(out)/maps/cells.csv"), encoding: .utf8)
        .split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    func settings(_ out: String) throws -> (id: String, settings: [String: String]) {
      struct Record: Decodable {
        let id: String
        let settings: [String: String]
      }
      let data = try Data(contentsOf: scratch.file("\(out)/run.json"))
      let record = try JSONDecoder().decode(Record.self, from: data)
      return (record.id, record.settings)
    }

    func pulses(_ out: String) throws -> [Int] {
      try cells(out).map { (Int($0[7]) ?? 0) + (Int($0[8]) ?? 0) }
    }
  }

  /// Four rows are pulsed after a calibration, which is said to move their symmetric points: they are measured again,
  /// and no pulse reaches the others.
  @Test func whatWasPulsedIsDue() throws {
    let lab = try Lab()
    #expect(try lab.calibrate("first").status == 0)
    let used = try lab.calibrate("used", ["--pulses", "2000", "--region", "4:7,0:15"])
    #expect(used.status == 0, "\(used.errors)")
    let refresh = [
      "--tolerance", "2 %", "--threshold", "3 %", "--refresh", "first", "--drift-pulses",
      "3 % in 1e3",
    ]
    let dry = try lab.calibrate("second", refresh + ["--dry-run"])
    #expect(dry.status == 0 && dry.output.contains("64 of 256 cells are due"), "\(dry.errors)")
    #expect(!FileManager.default.fileExists(atPath: lab.scratch.file("second").path))
    let outcome = try lab.calibrate("second", refresh)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (before, after) = (try lab.cells("first"), try lab.cells("second"))
    for (cell, pulses) in try lab.pulses("second").enumerated() {
      let isDue = (4...7).contains(cell / 16)
      #expect((pulses > 0) == isDue, "cell \(cell)")
      if !isDue { #expect(before[cell][2] == after[cell][2]) }
    }
    let second = try lab.settings("second")
    #expect(second.settings["follows"] == (try lab.settings("first").id))
    #expect(try lab.run(["audit", "second"]).status == 0)
    // What is fresh again is not due.
    let again = try lab.calibrate(
      "third",
      [
        "--tolerance", "2 %", "--threshold", "3 %", "--refresh", "second", "--drift-pulses",
        "3 % in 1e3",
      ])
    #expect(again.status == 0 && again.errors.contains("0 of 256 cells are due"), "\(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: lab.scratch.file("third").path))
  }

  /// Time makes all cells due; what was found is worth pulses, and a run that is killed goes on with the same cells.
  @Test func timeMakesAllCellsDue() throws {
    let lab = try Lab()
    #expect(try lab.calibrate("first").status == 0)
    // By far more than the threshold after a second, and nothing against what a calibration anew would not know.
    let refresh = ["--tolerance", "2 %", "--refresh", "first", "--drift-time", "0.5 % in 10 ms"]
    let killed = try lab.calibrate("second", refresh) { process in
      ChipLab.wait {
        (try? LedgerReader(lab.scratch.file("second/ledger.sqlite").path).lastRecord()) ?? 0 >= 12
      }
      kill(process, SIGKILL)
    }
    #expect(killed.status == SIGKILL, "\(killed.errors)")
    let outcome = try lab.calibrate("second", refresh)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("went on with an unfinished run"), "\(outcome.errors)")
    let pulses = (try lab.pulses("first").reduce(0, +), try lab.pulses("second").reduce(0, +))
    #expect(pulses.1 > 0 && pulses.1 < pulses.0, "\(pulses)")
    #expect(try lab.run(["audit", "second"]).status == 0)
  }

  /// Two runs anew teach how symmetric points wander; a run that began with another one does not.
  @Test func driftIsLearntFromTwoRuns() throws {
    let lab = try Lab()
    for out in ["first", "second"] { #expect(try lab.calibrate(out).status == 0) }
    let from = ["--tolerance", "2 %", "--refresh", "second", "--drift-from", "first"]
    let outcome = try lab.calibrate("third", from + ["--dry-run"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    // Those that are known by the array alone did not tell of themselves.
    let cells = try #require(outcome.output.firstMatch(of: /learnt from ([0-9]+) cells/)?.output.1)
    #expect(Int(cells) ?? 0 >= 128, "\(outcome.output)")
    #expect(outcome.output.contains("in 1e5 pulses"), "\(outcome.output)")
    let stated = ["--tolerance", "2 %", "--refresh", "second", "--drift-time", "0.5 % in 1 ms"]
    #expect(try lab.calibrate("third", stated).status == 0)
    let wrong = try lab.calibrate(
      "fourth", ["--tolerance", "2 %", "--refresh", "third", "--drift-from", "first"])
    #expect(wrong.status == 64 && wrong.errors.contains("measured anew"), "\(wrong.errors)")
  }

  @Test func whatCannotBeBuiltOnIsRefused() throws {
    let lab = try Lab()
    #expect(try lab.calibrate("first", ["--tolerance", "5 %"]).status == 0)
    let drift = ["--drift-time", "1 % in 1 d"]
    for (more, words) in [
      (["--tolerance", "5 %", "--refresh", "first"], "how symmetric points wander"),
      (["--tolerance", "5 %", "--refresh", "absent"] + drift, "not the folder of a run"),
      (["--refresh", "first"] + drift, "needs --tolerance"),
      (["--tolerance", "5 %"] + drift, "with --refresh RUN only"),
      (["--tolerance", "5 %", "--refresh", "first", "--drift-time", "much"], "0.5 % in 24 h"),
      (
        ["--tolerance", "5 %", "--refresh", "first", "--region", "0:1,0:1"] + drift, "is of tile 0"
      ),
      (["--tolerance", "5 %", "--refresh", "first", "--chip", "other"] + drift, "another chip"),
      (["--tolerance", "5 %", "--refresh", "first", "--method", "sweep"] + drift, "by seek"),
    ] {
      let outcome = try lab.calibrate("second", more)
      #expect(outcome.status == 64, "\(more): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  /// Every second, three times; a board that is away is tried each time, and costs the other one nothing.
  @Test func aScheduleComesBack() throws {
    let lab = try ScheduleTests.Lab()
    try lab.write([
      [
        "name": "here", "every": "1 s", "drift_time": "0.5 % in 10 ms", "threshold": "2.5 %",
      ],
      ["name": "away", "device": "tcp:127.0.0.1:1", "expect": "low-noise", "every": "1 s"],
      ["name": "once"],
    ])
    let outcome = try lab.run(["--times", "3"])
    #expect(outcome.status == 69, "\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "tare schedule: away: ").count == 4)
    let mark = { (out: String) in
      (try? String(contentsOf: lab.scratch.file("\(out)/run.json"), encoding: .utf8)) ?? ""
    }
    #expect(!mark("run-here").contains("follows") && mark("run-here").contains("\"finished\""))
    for out in ["run-here-2", "run-here-3"] {
      #expect(mark(out).contains("\"follows\"") && mark(out).contains("\"finished\""), "\(out)")
      #expect(try lab.audit(out).status == 0)
    }
    #expect(mark("run-here-4").isEmpty && mark("run-once-2").isEmpty)
  }

  /// A schedule that sleeps ends at once when it is told to.
  @Test func aSleepingScheduleCanBeStopped() throws {
    let lab = try ScheduleTests.Lab()
    try lab.write([["name": "a", "tolerance": "5 %", "every": "1 h"]])
    let outcome = try lab.run { process in
      ChipLab.wait {
        let record = try? String(
          contentsOf: lab.scratch.file("run-a/run.json"), encoding: .utf8)
        return record?.contains("\"finished\"") == true
      }
      usleep(300_000)
      kill(process, SIGTERM)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("the next look is in 1 h"), "\(outcome.errors)")
    let soon = try lab.run(["--times", "1"])
    #expect(soon.status == 0 && soon.output.contains("not due"), "\(soon.output)\(soon.errors)")
  }
}

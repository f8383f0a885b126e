import DeviceContract
import Foundation
import PulseLedger
import Testing

/// A calibration that was killed goes on where it stood when its command is given again.
@Suite(.serialized) struct ResumeTests {
  @Test(arguments: ["zero-shift", "zero-shift-cyclic"])
  func aKilledRunEndsLikeOneThatWasNot(method: String) async throws {
    print("ResumeTests.aKilledRunEndsLikeOneThatWasNot(\(method)): seed \(ChipLab.seed)")
    var whole = try ChipLab()
    // The cyclic search has few trains, so that its records are few.
    (whole.method, whole.pulses) = (method, method == "zero-shift" ? 60 : 4_000)
    try whole.expectRun("run")
    let expected = try await whole.states()
    for records in method == "zero-shift" ? [3, 12, 60, 110] : [3, 6, 15] {
      var lab = try ChipLab()
      (lab.method, lab.pulses) = (method, whole.pulses)
      // The budget is the plan itself: what was fired before is not counted twice.
      let budget = ["--budget", "\(lab.pulses)/cell"]
      let killed = try lab.stop("run", budget, records: records)
      #expect(killed.status == SIGKILL, "at record \(records): \(killed.errors)")
      let again = try lab.calibrate("run", budget)
      #expect(again.status == 0, "at record \(records): \(again.errors)")
      if records > 10 { #expect(again.errors.contains("not fired again"), "\(again.errors)") }
      try lab.expectFinished("run")
      #expect(try await lab.states() == expected, "killed at record \(records)")
      let counted = try await lab.odometer()
      #expect(counted.all == 64 * lab.pulses)
    }
  }

  @Test func aRunGoesOnAsOftenAsItIsStopped() async throws {
    var lab = try ChipLab()
    lab.pulses = 1_000
    for (records, signal, status) in [
      (20, SIGKILL, SIGKILL), (400, SIGKILL, SIGKILL), (900, SIGINT, 130),
      (1_400, SIGKILL, SIGKILL),
    ] {
      let outcome = try lab.stop("run", records: records, signal: signal)
      #expect(outcome.status == status, "at record \(records): \(outcome.errors)")
    }
    let last = try lab.calibrate("run")
    #expect(last.status == 0 && last.errors.contains("went on with an unfinished run"))
    try lab.expectFinished("run")
    #expect(try await lab.odometer().all == 64_000)
    // What is finished stays as it is, unless it is to be replaced.
    let before = try lab.scratch.contents(of: "run")
    try await lab.expectRefusal("run", status: 64, mentions: ["earlier run"])
    #expect(try lab.scratch.contents(of: "run") == before)
    try lab.expectRun("run", ["--force"])
    #expect(try await lab.odometer().all == 128_000)
  }

  @Test func otherSettingsAreNamed() async throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run")
    for (more, name) in [
      (["--budget", "200/cell"], "budget"), (["--region", "0:3,0:3"], "region"),
      (["--tile", "0", "--seed", "3", "--budget", "1M"], "budget"),
    ] {
      try await lab.expectRefusal(
        "run", more, status: 64, mentions: ["other settings: \(name)", "--force"])
    }
    for change in [{ (l: inout ChipLab) in l.pulses = 102 }, { $0.method = "zero-shift-cyclic" }] {
      var other = lab
      change(&other)
      try await other.expectRefusal("run", status: 64, mentions: ["other settings"])
    }
    try lab.expectRun("run", ["--force"])
    try lab.expectFinished("run")
  }

  @Test func aDeviceThatKeptNothingCannotGoOn() throws {
    let scratch = try Scratch()
    let run = scratch.file("run").path
    let arguments = [
      "calibrate", "--device", "sim:low-noise?rows=8&columns=8", "--method", "zero-shift",
      "--pulses", "20000", "--out", run, "--home", scratch.file("home").path,
    ]
    let killed = try Command.run(arguments) { process in
      ChipLab.wait { ((try? LedgerReader(run + "/ledger.sqlite").lastRecord()) ?? 0) > 20 }
      kill(process, SIGKILL)
    }
    #expect(killed.status == SIGKILL)
    let again = try Command.run(arguments)
    #expect(again.status == 64 && again.errors.contains("kept no state"), "\(again.errors)")
    #expect(again.errors.contains("--force"))
  }

  @Test func twoRegionsByTwoRuns() async throws {
    var lab = try ChipLab()
    lab.pulses = 60
    let halves = [("top", "0:3,0:7"), ("bottom", "4:7,0:7")]
    for (name, region) in halves { _ = try lab.stop(name, ["--region", region]) }
    for (name, region) in halves {
      try lab.expectRun(name, ["--region", region])
      try lab.expectBalance(
        lab.scratch.file(name + "/ledger.sqlite"), pulsesPerCell: 60, cells: 32)
    }
    try lab.expectBalance(lab.chipLedger, pulsesPerCell: 60)
    #expect(try await lab.odometer().all == 64 * 60)
  }

  @Test func aFolderWithoutItsRecordIsLeftAlone() async throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run")
    let record = lab.scratch.file("run/run.json")
    let text = try String(contentsOf: record, encoding: .utf8)
    try text.prefix(40).write(to: record, atomically: true, encoding: .utf8)
    try await lab.expectRefusal("run", status: 64, mentions: ["run.json"])
    try FileManager.default.removeItem(at: record)
    try await lab.expectRefusal("run", status: 64, mentions: ["run.json"])
    try await lab.expectRefusal("run", ["--force"], status: 64, mentions: ["run.json"])
    try text.write(to: record, atomically: true, encoding: .utf8)
    try lab.expectRun("run")
    try lab.expectFinished("run")
  }

  /// A kill before the first record is whole leaves a folder that the same command takes.
  @Test func aFolderThatWasNotBegunIsTaken() throws {
    let lab = try ChipLab()
    let folder = lab.scratch.file("run")
    for name in ["maps", "figures"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    // No process has this number: it is above what Linux gives.
    _ = try lab.scratch.write("{", to: "run/.tare-99999999-0.partial")
    try lab.expectRun("run")
    #expect(try lab.scratch.contents(of: "run").keys.allSatisfy { !$0.contains("partial") })
    // One with anything of the user's is not.
    for name in ["maps", "figures"] {
      try FileManager.default.createDirectory(
        at: lab.scratch.file("mine/" + name), withIntermediateDirectories: true)
    }
    _ = try lab.scratch.write("mine", to: "mine/maps/notes.txt")
    #expect(try lab.calibrate("mine").status == 64)
    #expect(try lab.scratch.contents(of: "mine").keys.sorted() == ["maps/notes.txt"])
  }

  /// A kill in the middle of writing a map leaves a draft, which goes with the run that is gone on with.
  @Test func whatWasBeingWrittenIsRemoved() throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run")
    for folder in ["", "maps/", "figures/"] {
      _ = try lab.scratch.write("half", to: "run/\(folder).tare-99999999-0.partial")
    }
    _ = try lab.scratch.write("mine", to: "run/maps/notes.txt")
    try lab.expectRun("run")
    let left = try lab.scratch.contents(of: "run").keys
    #expect(left.allSatisfy { !$0.contains("partial") } && left.contains("maps/notes.txt"))
  }

  /// A kill in the middle of making a ledger leaves a draft, which is no ledger.
  @Test func aLedgerThatWasBeingMadeIsMadeAgain() throws {
    let lab = try ChipLab()
    let folder = lab.chipLedger.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for suffix in ["", "-journal"] {
      try Data(repeating: 7, count: 5_000).write(
        to: URL(fileURLWithPath: lab.chipLedger.path + ".being-created" + suffix))
    }
    try lab.expectRun("run")
    try lab.expectFinished("run")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
        !$0.contains("being-created")
      })
  }

  @Test func anAuditOfAKilledRunSaysWhatToDo() throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run")
    let run = try lab.audit(lab.scratch.file("run"))
    #expect(run.status == 1 && run.output.contains("DOES NOT BALANCE"))
    #expect(run.output.contains("give its command again"), "\(run.output)")
    let chip = try lab.audit(lab.chipLedger)
    #expect(chip.status == 1 && chip.output.contains("tare ledger reconcile"), "\(chip.output)")
    let reconciled = try Command.run(["ledger", "reconcile"] + lab.onChip)
    #expect(reconciled.status == 0, "\(reconciled.errors)")
    try lab.expectBalance(lab.chipLedger)
    try lab.expectRun("run")
    try lab.expectFinished("run")
  }

  /// A share of life counts all runs of the chip, and those that were killed once.
  @Test func shareOfLifeCountsEarlierRuns() async throws {
    let lab = try ChipLab()
    let bench = try lab.scratch.write(
      "format = \"tare-bench/1\"\n[chip]\nendurance = 200\n", to: "mine.toml")
    let limits = ["--bench", bench, "--budget", "40 % of life"]
    _ = try lab.stop("first", limits, records: 40)
    try lab.expectRun("first", limits)
    try lab.expectRun("second", limits)
    try await lab.expectRefusal(
      "third", limits, status: 1,
      mentions: [
        "--budget", "is 80 pulses", "asked 40 pulses", "spent 80 pulses", "left 0 pulses",
        "nothing was fired",
      ])
    #expect(!FileManager.default.fileExists(atPath: lab.scratch.file("third").path))
  }
}

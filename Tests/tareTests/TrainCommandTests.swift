import DeviceContract
import Foundation
import PulseLedger
import Testing

/// Trainings of a small network on the digits: two epochs, with a chopper so quick that all arrays are written.
struct TrainLab {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let settings = [
    "--algorithm", "e-rider", "--chop", "0.5", "--transfer-rate", "0.3", "--network", "64-12-10",
    "--epochs", "2",
  ]

  /// The same without what is given besides.
  private static func settings(_ more: [String]) -> [String] {
    more.contains("--epochs") ? Array(settings.dropLast(2)) : settings
  }

  var home: [String] { ["--home", scratch.file("home").path] }

  func path(_ name: String) -> String { scratch.file(name).path }

  func simulator(state: String? = nil) -> String {
    "sim:reram-hfo2?tiles=2&rows=24&columns=64&seed=11"
      + (state.map { "&state=\(path($0))" } ?? "")
  }

  func train(
    _ out: String, on device: String, _ more: [String] = []
  ) -> [String] {
    ["train", "--device", device, "--out", path(out)] + home + Self.settings(more) + more
  }

  func record(_ out: String) throws -> [String: Any] {
    let data = try Data(contentsOf: scratch.file(out + "/run.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The names of the maps in which two runs differ.
  func differences(_ a: String, _ b: String) throws -> [String] {
    let maps = scratch.file(a + "/maps").path
    return try FileManager.default.contentsOfDirectory(atPath: maps).filter { name in
      // The reference map names its run.
      guard !name.contains("true-point"), name != "reference.json" else { return false }
      return try Data(contentsOf: scratch.file("\(a)/maps/\(name)"))
        != Data(contentsOf: scratch.file("\(b)/maps/\(name)"))
    }
  }
}

@Suite(.serialized) struct TrainCommandTests {
  /// The ledger, the record of the run and the device count the same pulses; a second run of the same seed, on
  /// a virtual board behind the wire, ends with the same weights.
  @Test func aBoardIsTrainedLikeTheSimulator() throws {
    let lab = try TrainLab()
    let simulated = try Command.run(lab.train("sim", on: lab.simulator()))
    #expect(simulated.status == 0, "\(simulated.errors)")
    let board = try BoardProcess(device: lab.simulator(state: "chip.state"), in: lab.scratch)
    let onBoard = try Command.run(
      lab.train("board", on: board.selector, ["--seed", "11", "--expect", "reram-hfo2"]))
    #expect(onBoard.status == 0, "\(onBoard.errors)")
    #expect(try lab.differences("sim", "board") == [])
    for run in ["sim", "board"] {
      let audit = try Command.run(["audit", lab.path(run)])
      #expect(audit.status == 0, "\(audit.output)")
      let record = try lab.record(run)
      let arrays = try #require(record["pulsesOfArrays"] as? [[String: Int]])
      let counted = arrays.reduce(0) { $0 + ($1["up"] ?? 0) + ($1["down"] ?? 0) }
      let ledger = try LedgerTotals.of(lab.path(run) + "/ledger.sqlite").total
      #expect(record["pulses"] as? Int == ledger.fired.all)
      // All pulses but those that programmed the initial weights are of the steps.
      let causes = try #require(record["pulsesByCause"] as? [String: [String: Int]])
      let programmed = (causes["program"] ?? [:]).values.reduce(0, +)
      #expect(counted == ledger.fired.all - programmed)
      #expect(arrays.count == 2 && arrays.allSatisfy { ($0["up"] ?? 0) > 0 })
    }
    // Two layers, 143 mini-batches of ten an epoch: one cycle a sample and layer, one column a mini-batch.
    let counts = try #require(try lab.record("sim")["counts"] as? [String: Int])
    #expect(counts["cycles"] == 2 * 143 * 10 * 2 && counts["columnReads"] == 2 * 143 * 2)
  }

  /// Products of the arrays themselves: on a virtual board they are those of the simulator, and so is all that follows.
  @Test func aBoardThatMultipliesIsTrainedLikeTheSimulator() throws {
    let lab = try TrainLab()
    let more = ["--periphery", "board", "--epochs", "1"]
    let simulated = try Command.run(lab.train("sim", on: lab.simulator(), more))
    #expect(simulated.status == 0, "\(simulated.errors)")
    let board = try BoardProcess(device: lab.simulator(state: "chip.state"), in: lab.scratch)
    let onBoard = try Command.run(
      lab.train("board", on: board.selector, more + ["--seed", "11", "--expect", "reram-hfo2"]))
    #expect(onBoard.status == 0, "\(onBoard.errors)")
    #expect(try lab.differences("sim", "board") == [])
    let (one, other) = (try lab.record("sim"), try lab.record("board"))
    #expect(one["pulses"] as? Int == other["pulses"] as? Int && one["pulses"] as? Int ?? 0 > 0)
    let audit = try Command.run(["audit", lab.path("board")])
    #expect(audit.status == 0, "\(audit.output)")
  }

  /// What was fired before a kill is not fired again; where no read was lost, the end is the same to the bit.
  @Test func aKilledTrainingGoesOn() throws {
    let lab = try TrainLab()
    let whole = try Command.run(lab.train("whole", on: lab.simulator(state: "whole.state")))
    #expect(whole.status == 0, "\(whole.errors)")
    let command = lab.train(
      "killed", on: lab.simulator(state: "killed.state"), ["--checkpoint", "50"])
    for records in [40, 900, 2_500] {
      let killed = try Command.run(command) { process in
        ChipLab.wait {
          (try? LedgerReader(lab.path("killed") + "/ledger.sqlite").lastRecord())
            .map { $0 >= records } ?? false
        }
        kill(process, SIGKILL)
      }
      #expect(killed.status == SIGKILL, "at record \(records): \(killed.errors)")
    }
    let last = try Command.run(command)
    #expect(last.status == 0, "\(last.errors)")
    let audit = try Command.run(["audit", lab.path("killed")])
    #expect(audit.status == 0, "\(audit.output)")
    let record = try lab.record("killed")
    if record["extraReads"] as? Int == 0 {
      #expect(try lab.differences("whole", "killed") == [])
    } else {
      // A read was made again, with other noise: said, and no pulse is lost from the books.
      #expect(last.errors.contains("made again"), "\(last.errors)")
    }
  }

  /// A budget stops between two steps; with a larger one the same command goes on, and ends as if there had
  /// been none.
  @Test func aBudgetStopsATrainingThatALargerOneGoesOnWith() throws {
    let lab = try TrainLab()
    let whole = try Command.run(lab.train("whole", on: lab.simulator(state: "whole.state")))
    #expect(whole.status == 0, "\(whole.errors)")
    let device = lab.simulator(state: "chip.state")
    let stopped = try Command.run(lab.train("run", on: device, ["--budget", "9k"]))
    #expect(stopped.status == 1, "\(stopped.errors)")
    #expect(stopped.errors.contains("--budget") && stopped.errors.contains("mini-batches"))
    let record = try lab.record("run")
    #expect(record["status"] as? String == "interrupted")
    let pulses = try #require(record["pulses"] as? Int)
    #expect(pulses > 8_000 && pulses <= 9_000)
    let audit = try Command.run(["audit", lab.path("run")])
    #expect(audit.status == 0, "\(audit.output)")
    let again = try Command.run(lab.train("run", on: device, ["--budget", "1M"]))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try lab.differences("whole", "run") == [])
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    let lab = try TrainLab()
    let device = { (name: String) in lab.simulator(state: name + ".state") }
    for (name, more) in [("one", ["9k"]), ("other", ["5k", "--bias-rate", "0.2"])] {
      let stopped = try Command.run(
        lab.train(name, on: device(name), ["--budget"] + more))
      #expect(stopped.status == 1, "\(stopped.errors)")
    }
    let (mine, theirs) = (
      lab.scratch.file("one/checkpoint.json"), lab.scratch.file("other/checkpoint.json")
    )
    let own = try Data(contentsOf: mine)
    let text = try #require(String(data: own, encoding: .utf8))
    let others = try #require(String(data: try Data(contentsOf: theirs), encoding: .utf8))
    // Another run's; one of this run with other settings in it; and half of one.
    func id(_ text: String) throws -> String {
      let record = try #require(
        JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      return try #require(record["run"] as? String)
    }
    let spliced = others.replacingOccurrences(of: try id(others), with: try id(text))
    for (content, part) in [
      (others, "is of run"), (spliced, "of the ledger is another one"),
      (text.replacingOccurrences(of: "\"batch\":10", with: "\"batch\":20"), "batch differs"),
      (String(text.prefix(text.count / 2)), "cannot be read"),
    ] {
      try Data(content.utf8).write(to: mine)
      let refused = try Command.run(lab.train("one", on: device("one")))
      #expect(refused.status == 65, "\(part): \(refused.errors)")
      #expect(refused.errors.contains(part), "\(refused.errors)")
    }
    // Without one, the ledger alone is enough; and nothing has been fired in between.
    try FileManager.default.removeItem(at: mine)
    let whole = try Command.run(lab.train("whole", on: device("whole")))
    #expect(whole.status == 0, "\(whole.errors)")
    let last = try Command.run(lab.train("one", on: device("one")))
    #expect(last.status == 0, "\(last.errors)")
    #expect(try lab.differences("whole", "one") == [])
  }

  /// Epochs that are asked for later are those that would have come.
  @Test func aTrainingThatHasEndedMayBeGivenMoreEpochs() throws {
    let lab = try TrainLab()
    let whole = try Command.run(
      lab.train("whole", on: lab.simulator(state: "whole.state"), ["--epochs", "3"]))
    #expect(whole.status == 0, "\(whole.errors)")
    let device = lab.simulator(state: "chip.state")
    let first = try Command.run(lab.train("run", on: device))
    #expect(first.status == 0, "\(first.errors)")
    let fewer = try Command.run(lab.train("run", on: device, ["--epochs", "1"]))
    #expect(fewer.status == 64 && fewer.errors.contains("earlier run"), "\(fewer.errors)")
    let more = try Command.run(lab.train("run", on: device, ["--epochs", "3"]))
    #expect(more.status == 0 && more.errors.contains("not fired again"), "\(more.errors)")
    #expect(try lab.differences("whole", "run") == [])
    let record = try lab.record("run")
    #expect((record["settings"] as? [String: String])?["epochs"] == "3")
    #expect((record["epochs"] as? [Any])?.count == 3)
    let audit = try Command.run(["audit", lab.path("run")])
    #expect(audit.status == 0, "\(audit.output)")
  }

  /// A rehearsal of a simulator is the training itself; it fires nothing on the chip, and says whether limits hold it.
  @Test func aDryRunTellsWhatATrainingWillCost() throws {
    let lab = try TrainLab()
    let device = lab.simulator(state: "chip.state") + "&tile0.reference_mean=0.4"
    func plan(_ more: [String]) throws -> (status: Int32, plan: [String: Any]) {
      let outcome = try Command.run(
        ["train", "--device", device, "--dry-run", "--json"] + lab.home + TrainLab.settings + more)
      let found = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      return (outcome.status, try #require(found as? [String: Any]))
    }
    let dry = try plan([])
    let expected = try #require(dry.plan["expected"] as? [String: Any])
    #expect(dry.status == 0)
    let run = try Command.run(lab.train("run", on: device))
    #expect(run.status == 0, "\(run.errors)")
    let record = try lab.record("run")
    let pulses = try #require(record["pulses"] as? Int)
    #expect(expected["pulses"] as? Int == pulses)
    #expect(expected["halfSelectExposures"] as? Int == record["halfSelectExposures"] as? Int)
    let worst = try #require(dry.plan["worst"] as? [String: Any])
    #expect(try #require(worst["pulses"] as? Int) > pulses)
    // The chip has had the run's pulses, and none of the rehearsals'.
    let odometer = try LedgerTotals.of(lab.path("run") + "/ledger.sqlite").total.fired.all
    #expect(odometer == pulses)
    let tight = try plan(["--budget", "\(pulses - 1)"])
    #expect(tight.status == 1 && tight.plan["fits"] as? Bool == false)
    // A first stage is no training: it has a cause of its own, and the worst case holds it.
    let stages = try Command.run(
      ["train", "--device", device, "--dry-run", "--json", "--algorithm", "two-stage"] + lab.home
        + [
          "--zero-shift", "20000", "--network", "64-12-10", "--epochs", "1", "--budget",
          "20k/calibrate",
        ])
    #expect(stages.status == 1, "\(stages.errors)")
    let staged = try #require(
      try JSONSerialization.jsonObject(with: Data(stages.output.utf8)) as? [String: Any])
    let cases = try ["best", "expected", "worst"].map { name in
      try #require((staged[name] as? [String: Any])?["pulses"] as? Int)
    }
    #expect(cases[0] > 20_000 * 64 * 12 && cases[0] <= cases[1] && cases[1] <= cases[2])
  }

  /// A loss that is no number fails the run; what was learnt before is kept, and the ledger balances.
  @Test func aLossThatIsNoNumberKeepsWhatWasLearnt() throws {
    let lab = try TrainLab()
    let failed = try Command.run(
      [
        "train", "--device", "sim:reram-hfo2?tiles=1&rows=64&columns=64&seed=11",
        "--algorithm", "sgd", "--fast-rate", "1", "--bias-rate", "3e38", "--activation", "relu",
        "--periphery", "ideal", "--network", "64-20-20-10", "--out", lab.path("run"),
      ] + lab.home)
    #expect(failed.status == 1, "\(failed.errors)")
    #expect(failed.errors.contains("loss") && failed.errors.contains("is kept"))
    let record = try lab.record("run")
    #expect((record["steps"] as? Int ?? 0) > 0)
    #expect((record["stoppedBy"] as? String)?.contains("loss") == true)
    #expect((record["pulses"] as? Int ?? 0) > 0)
    #expect(FileManager.default.fileExists(atPath: lab.path("run/maps/layer1-weights.npy")))
    let audit = try Command.run(["audit", lab.path("run")])
    #expect(audit.status == 0, "\(audit.output)")
  }

  @Test func aChopperThatNeverTurnsOverIsTold() throws {
    let told = try Command.run(
      ["train", "--algorithm", "e-rider", "--epochs", "1", "--network", "64-10", "--budget", "1k"])
    // 64 columns are visited twice in 143 mini-batches, and turn over at the 20th visit: 9 epochs.
    #expect(told.errors.contains("layer 1 will never be written"), "\(told.errors)")
    #expect(told.errors.contains("9 epochs"), "\(told.errors)")
  }

  @Test func whatCannotBeTrainedIsSaidBeforeAnyPulse() throws {
    let lab = try TrainLab()
    let idx = lab.scratch.file("mnist")
    try FileManager.default.createDirectory(at: idx, withIntermediateDirectories: true)
    // The head of ten images, and no image.
    let head: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 28, 0, 0, 0, 28]
    for name in ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"] {
      try Data(head).write(to: idx.appendingPathComponent(name))
    }
    for name in ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"] {
      try Data([0, 0, 8, 1, 0, 0, 0, 10] + Array(repeating: 1, count: 10)).write(
        to: idx.appendingPathComponent(name))
    }
    let csv = lab.scratch.file("labels.csv")
    try Data("0,1,2,300000000\n1,1,0,-1\n".utf8).write(to: csv)
    let cases: [([String], Int32, [String])] = [
      (["--algorithm", "e-ryder"], 64, ["e-ryder", "e-rider"]),
      (["--algorithm", "tt-v1", "--gamma", "0.1"], 64, ["tt-v1", "gamma"]),
      (["--algorithm", "rider", "--gain", "0.25"], 64, ["gain", "chopper", "never"]),
      (
        ["--algorithm", "e-rider", "--device", "sim:reram-hfo2?tiles=1"], 64, ["2 arrays", "tiles"]
      ),
      (["--algorithm", "e-rider", "--device", "sim:reram-hfo2?rows=16"], 64, ["rows=42"]),
      (["--algorithm", "e-rider", "--network", "60-10"], 64, ["60", "64"]),
      (["--algorithm", "e-rider", "--data", "/nowhere"], 64, ["/nowhere"]),
      (["--algorithm", "e-rider", "--data", idx.path], 65, ["images-idx3-ubyte"]),
      (["--algorithm", "e-rider", "--data", csv.path], 65, ["labels.csv"]),
      (["--algorithm", "e-rider", "--batch", "0"], 64, ["mini-batch"]),
      (["--algorithm", "e-rider", "--schedule", "sometimes"], 65, ["schedule"]),
      (["--algorithm", "e-rider", "--device", "tcp:127.0.0.1:1"], 64, ["--expect"]),
    ]
    for (arguments, status, parts) in cases {
      let outcome = try Command.run(["train", "--out", lab.path("run")] + arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      for part in parts {
        #expect(outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: lab.path("run")), "\(arguments)")
    }
  }
}

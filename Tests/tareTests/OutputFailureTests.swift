import Foundation
import Testing

@Suite struct OutputFailureTests {
  @Test func aFullDiskIsNamed() throws {
    let out = try Command.run(["simulate", "ecram", "--program", "up:3", "--out", "/dev/full"])
    #expect(out.status == 74 && out.errors.contains("/dev/full"))
    #expect(out.errors.lowercased().contains("full") && out.errors.contains("space"))
  }

  /// Data go to stdout, and a full disk behind it is no success.
  @Test(arguments: [
    ["presets"], ["presets", "--json"], ["simulate", "ecram", "--program", "up:3"],
    ["calibrate", "--device", "sim:ecram?rows=2&columns=2", "--pulses", "2"],
    ["calibrate", "--dry-run"],
  ])
  func aFullDiskBehindStdoutIsNoSuccess(arguments: [String]) throws {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
  }

  @Test func anInterruptedTrajectoryIsKept() throws {
    let scratch = try Scratch()
    let out = scratch.file("trajectory.csv")
    let outcome = try Command.run([
      "simulate", "low-noise", "--rows", "64", "--columns", "64", "--every", "2000",
      "--program", "alternate:100000000", "--out", out.path,
    ]) { process in
      usleep(2_000_000)
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130 && outcome.errors.contains("kept"))
    let lines = try String(contentsOf: out, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 3 && lines[2].hasPrefix("2000,"))
  }

  /// The files of a fit are written all or none.
  @Test func aFitThatCannotWriteAFigureWritesNothing() throws {
    let scratch = try Scratch()
    var lines = ""
    // Soft bounds at 1 and -1, whose symmetric point is 0.
    var (up, down) = (-0.8, 0.8)
    for _ in 0..<80 {
      up += 0.03 * (1 - up)
      down -= 0.03 * (1 + down)
      lines += "\(up),\(down)\n"
    }
    let curve = try scratch.write(lines, to: "curve.csv")
    try FileManager.default.createDirectory(
      at: scratch.file("device.curve.svg"), withIntermediateDirectories: true)
    let outcome = try Command.run([
      "fit", curve, "--response", "linear", "--replicates", "20", "--out",
      scratch.file("device.json").path,
    ])
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.contains("device.curve.svg"))
    #expect(try scratch.contents(of: "").keys.sorted() == ["curve.csv"])
  }

  /// A run on a file system that the ledger fits in and the maps do not: exit 74, and no file is left half
  /// written.
  @Test func aRunOnAFullDiskLeavesNoPartialFile() throws {
    let scratch = try Scratch()
    let folder = scratch.file("small")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=400k") == 0 else {
      // Mounting needs a privileged user; the writer itself is tested with injected failures.
      print("SKIPPED: no tmpfs can be mounted here")
      return
    }
    defer { umount(folder.path) }
    let run = folder.appendingPathComponent("run").path
    let outcome = try Command.run(
      [
        "calibrate", "--device", "sim:low-noise?rows=64&columns=64", "--pulses", "100",
        "--checkpoints", "2", "--out", run,
      ])
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.contains("full") || outcome.errors.contains("space"))
    // The pulses are spent, so the result is told all the same.
    #expect(outcome.output.contains("rms error"))
    for (name, data) in try scratch.contents(of: "small/run") {
      #expect(!name.contains(".partial") && !name.contains("tmp"), "\(name) was left")
      // What is there is whole: a map of 4,096 numbers and its header, or the first record.
      if name.hasSuffix(".npy") { #expect(data.count == 128 + 4 * 4096) }
    }
  }

  @Test func aFolderThatExistsIsNotOverwritten() throws {
    let scratch = try Scratch()
    let run = scratch.file("run").path
    let arguments = [
      "calibrate", "--device", "sim:low-noise?rows=4&columns=4", "--pulses", "20", "--out", run,
    ]
    #expect(try Command.run(arguments).status == 0)
    let before = try scratch.contents(of: "run")
    let again = try Command.run(arguments)
    #expect(again.status == 64 && again.errors.contains(run))
    #expect(try scratch.contents(of: "run") == before)
    #expect(try Command.run(arguments + ["--force"]).status == 0)
    // Only a run folder is ever replaced.
    let other = scratch.file("precious")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    _ = try scratch.write("mine", to: "precious/notes.txt")
    let refused = try Command.run(
      ["calibrate", "--device", "sim:low-noise?rows=4&columns=4", "--out", other.path, "--force"])
    #expect(refused.status == 64)
    #expect(try scratch.contents(of: "precious").keys.sorted() == ["notes.txt"])
  }

  /// While the ledgers are opened nothing can be stopped half-way: the signal waits for the first pulse.
  @Test func anInterruptBeforeTheFirstPulseEndsInOrder() throws {
    let scratch = try Scratch()
    let run = scratch.file("run")
    let outcome = try Command.run(
      [
        "calibrate", "--device", "sim:low-noise?rows=256&columns=256", "--pulses", "1000000",
        "--out", run.path,
      ]
    ) { process in
      let deadline = Date().addingTimeInterval(30)
      while !FileManager.default.fileExists(atPath: run.path), Date() < deadline { usleep(200) }
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("parked"))
    let audit = try Command.run(["audit", run.path])
    #expect(audit.status == 0, "\(audit.output)")
  }

  /// Ctrl-C in the middle: exit 130, outputs parked, and the pulses up to there are on record.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func anInterruptKeepsWhatWasMeasured(signal: Int32) throws {
    let scratch = try Scratch()
    let run = scratch.file("run")
    let outcome = try Command.run(
      [
        "calibrate", "--device", "sim:low-noise?rows=128&columns=128", "--pulses", "1000000",
        "--checkpoints", "1000", "--out", run.path,
      ]
    ) { process in
      // The folder is made before the first pulse; then some pulses are let go by.
      let deadline = Date().addingTimeInterval(30)
      while !FileManager.default.fileExists(atPath: run.path), Date() < deadline { usleep(10_000) }
      usleep(1_500_000)
      kill(process, signal)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("parked") && outcome.errors.contains("kept"))
    struct Record: Decodable {
      let pulses, pulsesUp, pulsesDown, pulsesPerCellMost: Int
      let stoppedBy: String?
    }
    let data = try Data(contentsOf: run.appendingPathComponent("run.json"))
    let record = try JSONDecoder().decode(Record.self, from: data)
    #expect(record.stoppedBy != nil)
    #expect(record.pulses > 0 && record.pulses < 128 * 128 * 1_000_000)
    #expect(record.pulsesUp == record.pulsesDown)
    #expect(record.pulses == 128 * 128 * record.pulsesPerCellMost)
    #expect(
      FileManager.default.fileExists(
        atPath: run.appendingPathComponent("maps/symmetric-point.npy").path))
  }
}

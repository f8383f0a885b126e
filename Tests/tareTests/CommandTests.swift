import Foundation
import Testing

@Suite struct CommandTests {
  @Test(arguments: [
    ([], ["presets", "fit", "simulate", "calibrate", "Exit codes"]), (["presets"], ["--json"]),
    (["fit"], ["--out", "--json", "columns", "Examples/curves"]),
    (["simulate"], ["--program", "--cells", "--noise", "--json"]),
    (
      ["calibrate"],
      ["--device", "--method", "--pulses", "--budget", "--seed", "--out", "--dry-run"]
    ),
    (["study", "zero-shift-offset"], ["--pulses", "--out"]),
  ])
  func helpIsThere(command: [String], words: [String]) throws {
    let outcome = try Command.run(command + ["--help"])
    #expect(outcome.status == 0)
    for word in words { #expect(outcome.output.contains(word), "\(word)") }
  }

  @Test func presetsAreListedAndPrinted() throws {
    let list = try Command.run(["presets"])
    #expect(list.status == 0)
    let names = [
      "reram-es", "reram-sb", "reram-om", "reram-hfo2", "capacitor", "ecram", "ecram-mo",
      "idealized", "gokmen-vlasov", "pcm", "low-noise",
    ]
    for name in names { #expect(list.output.contains(name)) }
    let json = try Command.run(["presets", "--json"])
    struct Row: Decodable { let name: String }
    let rows = try JSONDecoder().decode([Row].self, from: Data(json.output.utf8))
    #expect(rows.map(\.name) == names)
    // A printed preset is a device file that every command reads.
    let scratch = try Scratch()
    let path = try scratch.write(
      try Command.run(["presets", "reram-om"]).output, to: "mine.json")
    let program = ["--program", "up:9,down:9", "--columns", "3"]
    let fromFile = try Command.run(["simulate", path] + program)
    let fromName = try Command.run(["simulate", "sim:reram-om"] + program)
    #expect(fromFile.status == 0 && fromFile.output == fromName.output)
  }

  /// A reference trajectory with its hidden parameters, through the command line and back.
  @Test(arguments: ["traj_preset_ReRamSB", "traj_LinearStep_reverse"])
  func simulateReplaysATrajectory(name: String) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("SimulatedCrossbarTests/Golden/\(name).json")
    struct Golden: Decodable {
      let at: [Int]
      let w: [[Double]]
    }
    let wanted = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: golden))
    let scratch = try Scratch()
    let kind = name.contains("Linear") ? "LinearStep" : "SoftBoundsReference"
    let device = try scratch.write(
      "{\"format\": \"tare-device\", \"version\": 1, \"model\": \"\(kind)\"}", to: "device.json")
    let outcome = try Command.run([
      "simulate", device, "--cells", golden.path, "--noise", "off",
      "--program", "up:200,down:200,alternate:200",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.count == 602 && lines[0].count == 18)
    #expect(lines[1][1] == "start" && lines[201][1] == "down" || lines[202][1] == "down")
    for (pulse, weights) in zip(wanted.at, wanted.w) {
      let line = lines[pulse + 1]
      #expect(Int(line[0]) == pulse)
      for (text, weight) in zip(line.dropFirst(2), weights) {
        #expect(abs((Double(text) ?? .nan) - weight) <= 1e-6)
      }
    }
  }

  @Test func aRunFolderDoesNotDependOnTheNumberOfThreads() throws {
    let scratch = try Scratch()
    var folders: [[String: Data]] = []
    for threads in ["1", "2"] {
      let outcome = try Command.run([
        "calibrate", "--device", "sim:reram-sb?rows=48&columns=48", "--seed", "5", "--pulses",
        "600",
        "--threads", threads, "--out", scratch.file("run\(threads)").path,
      ])
      #expect(outcome.status == 0)
      folders.append(try scratch.contents(of: "run\(threads)"))
    }
    #expect(folders[0].keys.sorted() == folders[1].keys.sorted())
    #expect(folders[0].count > 12)
    for (name, data) in folders[0] where !name.hasPrefix("ledger.sqlite") {
      #expect(withoutTimes(name, data) == withoutTimes(name, folders[1][name] ?? Data()), "\(name)")
    }
  }

  /// A file without the times of day in it.
  private func withoutTimes(_ name: String, _ data: Data) -> String {
    let text = String(decoding: data, as: UTF8.self)
    return text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
      .replacing(/[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/, with: "ID")
  }

  @Test func calibrateCountsEveryPulse() throws {
    let scratch = try Scratch()
    let run = scratch.file("run")
    let outcome = try Command.run([
      "calibrate", "--device", "sim:low-noise?rows=10&columns=12", "--method", "zero-shift",
      "--pulses", "50", "--region", "2:5,3:7", "--budget", "50/cell,1000", "--json", "--out",
      run.path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    struct Record: Decodable { let pulses, trains, pulsesPerCellMost, halfSelectExposures: Int }
    let printed = try JSONDecoder().decode(Record.self, from: Data(outcome.output.utf8))
    #expect(printed.pulses == 1000 && printed.trains == 50 && printed.pulsesPerCellMost == 50)
    #expect(printed.halfSelectExposures > 0)
    let cells = try String(
      contentsOf: run.appendingPathComponent("maps/cells.csv"), encoding: .utf8
    )
    .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(cells.count == 21 && cells[1][0] == "2" && cells[1][1] == "3")
    let up = cells.dropFirst().compactMap { Int($0[7]) }.reduce(0, +)
    let down = cells.dropFirst().compactMap { Int($0[8]) }.reduce(0, +)
    #expect(up + down == 1000)
    #expect(FileManager.default.fileExists(atPath: run.path + "/ledger.sqlite"))
  }

  @Test func aDryRunFiresNothing() throws {
    let scratch = try Scratch()
    let run = scratch.file("run").path
    let outcome = try Command.run(["calibrate", "--dry-run", "--pulses", "100", "--out", run])
    #expect(outcome.status == 0 && outcome.output.contains("nothing was fired"))
    #expect(outcome.output.contains("409600"))
    #expect(!FileManager.default.fileExists(atPath: run))
    let over = try Command.run(["calibrate", "--dry-run", "--budget", "1000"])
    #expect(over.status == 1 && over.errors.contains("budget"))
  }

  @Test func theEnvironmentNamesADevice() throws {
    let outcome = try Command.run(
      ["calibrate", "--json", "--pulses", "2"],
      environment: ["TARE_DEVICE": "sim:ecram?rows=2&columns=3", "TARE_SEED": "9"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("simulated ecram") && outcome.output.contains("SIM-9"))
  }

  @Test func quietSaysNothing() throws {
    let scratch = try Scratch()
    let outcome = try Command.run([
      "simulate", "ecram", "--program", "up:1", "--quiet", "--out", scratch.file("t.csv").path,
    ])
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(try scratch.contents(of: "").keys.sorted() == ["t.csv"])
  }
}

import Foundation
import Testing

/// What a user gets wrong: a clear message with the place, the right exit code, and no partial output.
@Suite struct BadInputTests {
  private func expect(
    _ arguments: [String], status: Int32, mentions parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Command.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    for part in parts {
      #expect(
        outcome.errors.contains(part), "\"\(part)\" is not in: \(outcome.errors)",
        sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    ("1,2\n3,x\n5,6\n", ["2", "x"]), ("1,2\n3,nan\n", ["2", "nan"]), ("", ["no line with values"]),
    ("1\n2\n3\n", ["column"]),
    ("pulse,polarity,resistance\n1,up,100\n2,up,-5\n", ["3", "-5"]),
    ("pulse,polarity,conductance\n1,sideways,1e-6\n", ["sideways"]),
  ])
  func curvesThatCannotBeRead(text: String, parts: [String]) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "curve.csv")
    let out = scratch.file("device.json").path
    try expect(["fit", path, "--out", out], status: 65, mentions: parts + ["curve.csv"])
    #expect(try scratch.contents(of: "").keys.sorted() == ["curve.csv"])
  }

  @Test func curvesThatSayTooLittle() throws {
    let scratch = try Scratch()
    let path = try scratch.write("0.1,0.9\n0.2,0.8\n0.3,0.7\n", to: "curve.csv")
    let out = scratch.file("device.json").path
    let outcome = try Command.run(["fit", path, "--out", out, "--replicates", "20"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("not enough data for"))
    #expect(try scratch.contents(of: "").keys.sorted() == ["curve.csv"])
  }

  @Test func filesThatAreNotThere() throws {
    try expect(["fit", "/nowhere/curve.csv"], status: 66, mentions: ["/nowhere/curve.csv"])
    try expect(
      ["calibrate", "--device", "sim:nowhere.json"], status: 66, mentions: ["nowhere.json"])
    try expect(
      ["simulate", "ecram", "--cells", "/nowhere/cells.json"], status: 66, mentions: ["/nowhere"])
    try expect(["fit", "/"], status: 66, mentions: ["folder"])
  }

  @Test(arguments: [
    ("sim:low-nois", "low-noise"), ("simm:low-noise", "sim"), ("sim:low-noise?row=4", "rows"),
    ("sim:low-noise?dw_mim=1", "dw_min"), ("sim:low-noise?rows=0", "1 to 4096"),
    ("sim:low-noise?rows", "option=value"), ("sim:low-noise?rows=4&rows=5", "twice"),
    ("sim:low-noise?dw_min=-1", "dw_min"), ("sim:low-noise?noise=maybe", "on nor off"),
    ("sim:low-noise?read_noise=nan", "read_noise"), ("", "low-noise"),
    ("sim:low-noise?w_max=1e39", "w_max"), ("sim:low-noise?dw_min=1e300", "dw_min"),
    ("sim:low-noise?dw_min=1e-300", "dw_min"),
  ])
  func selectors(selector: String, hint: String) throws {
    try expect(["calibrate", "--device", selector], status: 64, mentions: [hint])
  }

  @Test(arguments: [
    (["--budget", "0"], "below one pulse"), (["--budget", "0.5/cell"], "below one pulse"),
    (["--budget=-5"], "below one pulse"), (["--budget", "lots"], "lots"),
    (["--budget", "5/row"], "5/row"), (["--pulses", "0"], "--pulses"),
    (["--pulses", "3"], "even"), (["--averages", "0"], "--averages"),
    (["--region", "0:64,0:3"], "64 rows"), (["--region", "5:2,0:3"], "--region"),
    (["--region", "all"], "--region"), (["--tile", "1"], "tile"), (["--threads", "0"], "threads"),
    (["--method", "newton"], "zero-shift"), (["--pulse", "4"], "--pulse"),
    (["--averages", "100000"], "65536"), (["--pulses", "9223372036854775806"], "--pulses"),
    (["--region", "0:9223372036854775807,0:1"], "--region"),
  ])
  func calibration(arguments: [String], hint: String) throws {
    let scratch = try Scratch()
    let all = ["calibrate", "--out", scratch.file("run").path] + arguments
    try expect(all, status: 64, mentions: [hint])
    #expect(try scratch.contents(of: "").isEmpty)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run").path))
  }

  @Test(arguments: [
    ["--budget", "3999/cell"], ["--budget", "16M"], ["--budget", "4000/cell,16.3M/array"],
  ])
  func budgetsThatAreTooSmallRefuseTheCampaign(arguments: [String]) throws {
    let scratch = try Scratch()
    let all = ["calibrate", "--pulses", "4000", "--out", scratch.file("run").path] + arguments
    try expect(all, status: 1, mentions: ["budget", "left", "nothing was fired"])
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run").path))
  }

  @Test(arguments: [
    ("{\"format\": \"tare-device\", \"version\": 9, \"model\": \"New\"}", "newer"),
    (
      "{\"format\": \"tare-device\", \"version\": 1, \"model\": \"SoftBounds\", "
        + "\"pulse\": {\"width\": \"-100 ns\"}}", "pulse.width"
    ),
    ("not json", "JSON"), ("{\"format\": \"tare-device\", \"version\": 1e30}", "version"),
    ("{\"format\": \"tare-device\", \"version\": -3.5}", "version"),
    ("{\"format\": \"tare-device\", \"version\": 1, \"model\": \"SoftBond\"}", "SoftBounds"),
  ])
  func deviceFiles(text: String, hint: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "device.json")
    try expect(
      ["calibrate", "--device", "sim:\(path)"], status: 65, mentions: ["device.json", hint])
  }

  @Test(arguments: ["up", "up:x", "sideways:5", "up:-1", "drift:5", "", "up:5,,down:5"])
  func programs(program: String) throws {
    try expect(["simulate", "ecram", "--program", program], status: 64, mentions: ["program"])
  }

  @Test func whatContradictsItself() throws {
    let scratch = try Scratch()
    let cells = try scratch.write(
      "{\"max_bound\": [1, 1], \"min_bound\": [-1, -1], \"dwmin_up\": [0.1, 0.1], "
        + "\"dwmin_down\": [0.1, 0.1]}", to: "cells.json")
    let simulate = ["simulate", "idealized", "--program", "up:1"]
    try expect(simulate + ["--cells", cells, "--rows", "2"], status: 64, mentions: ["2 columns"])
    try expect(
      ["simulate", "sim:idealized?noise=on", "--noise", "off"], status: 64, mentions: ["twice"])
    try expect(["simulate", "sim:idealized?tiles=3"], status: 64, mentions: ["tiles=3"])
    let crossed = try scratch.write(
      "{\"max_bound\": [-1], \"min_bound\": [1], \"dwmin_up\": [0.1], \"dwmin_down\": [0.1]}",
      to: "crossed.json")
    try expect(simulate + ["--cells", crossed], status: 65, mentions: ["min_bound[0]"])
    let huge = try scratch.write(
      "{\"max_bound\": [1e300], \"min_bound\": [-1], \"dwmin_up\": [0.1], \"dwmin_down\": [1]}",
      to: "huge.json")
    try expect(simulate + ["--cells", huge], status: 65, mentions: ["max_bound[0]"])
  }

  @Test func environment() throws {
    for (name, value) in [("TARE_SEED", "x"), ("TARE_THREADS", "many"), ("TARE_DEVICE", "sim:x")] {
      let outcome = try Command.run(["calibrate"], environment: [name: value])
      #expect(outcome.status == 64 && outcome.errors.contains(value == "sim:x" ? "x" : name))
    }
  }
}

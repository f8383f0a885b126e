import Foundation
import Testing

/// Calibrations on boards that are as bad as they come.
@Suite(.serialized) struct BoardFaultTests {
  /// The maps of a calibration, by what is done to the board.
  private static func calibrate(
    _ faults: String?, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: Data] {
    let lab = try BoardLab()
    let board = try lab.board(faults.map { ["--faults", $0] } ?? [])
    let starts = try lab.finish(
      lab.calibration(board.selector, out: "run"), sourceLocation: sourceLocation)
    print("BoardFaultTests: \(faults ?? "none"): \(starts) starts")
    try lab.expectBalance("run", sourceLocation: sourceLocation)
    return try ["symmetric-point", "half-width", "pulses-up", "pulses-down"].reduce(into: [:]) {
      $0[$1] = try lab.map($1, of: "run")
    }
  }

  private static let clean = Result { try calibrate(nil) }

  /// A bad line costs time and nothing else.
  @Test(arguments: [
    "drop=0.002,seed=1", "flip=0.002,seed=2", "duplicate=0.002,seed=3", "truncate=0.02,seed=4",
    "delay=0.05,delay_ms=30,seed=5", "shift=0.1,seed=6",
    "drop=0.0005,flip=0.0005,duplicate=0.0005,truncate=0.002,delay=0.01,delay_ms=20,shift=0.02,seed=7",
  ])
  func aBadLineChangesNothing(faults: String) throws {
    let (found, clean) = (try Self.calibrate(faults), try Self.clean.get())
    for (name, map) in clean { #expect(found[name] == map, "\(name)") }
  }

  /// Without its line a board makes reads again, which are then other samples; pulses are the same.
  @Test(arguments: ["unplug=0.05,seed=1", "unplug=0.1,shift=0.02,seed=2", "unplug_at=3000"])
  func aLineThatIsPulledChangesNoPulse(faults: String) throws {
    let (found, clean) = (try Self.calibrate(faults), try Self.clean.get())
    for name in ["pulses-up", "pulses-down"] { #expect(found[name] == clean[name], "\(name)") }
  }

  /// What is lost with the power is on record.
  @Test(arguments: [
    "reboot=0.02,seed=1", "power=0.004,seed=2", "power_at=40",
    "shift=0.02,unplug=0.01,drop=0.0005,flip=0.0005,duplicate=0.0005,truncate=0.001,delay=0.01,delay_ms=20,reboot=0.005,power=0.001,seed=3",
  ])
  func aBoardWithoutPowerBalances(faults: String) throws { _ = try Self.calibrate(faults) }

  @Test func whatIsNoFaultIsRefused() throws {
    let scratch = try Scratch()
    let state = "sim:low-noise?rows=8&columns=8&state=\(scratch.file("chip.state").path)"
    let cases: [([String], [String])] = [
      (["--faults", "dorp=0.1"], ["dorp=0.1", "names are drop, "]),
      (["--faults", "drop"], ["\"drop\"", "NAME=VALUE"]),
      (["--faults", "shift=1.5"], ["shift=1.5", "0 to 1"]),
      (["--faults", "power_at=0", "--device", state], ["power_at=0"]),
      (["--faults", "unplug_at=-1"], ["unplug_at=-1"]),
      (["--faults", "seed=x"], ["seed=x"]),
      // It would forget what it has fired.
      (["--faults", "reboot=0.1"], ["state=FILE"]),
      (["--faults", "power_at=4"], ["state=FILE"]),
      (["--faults", "unplug=0.1", "--link", "terminal"], ["TCP"]),
    ]
    for (arguments, parts) in cases {
      let link = arguments.contains("--link") ? [] : ["--link", "tcp:0"]
      let outcome = try Command.run(["board"] + link + arguments, limit: 20)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      for part in parts {
        #expect(outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
      }
    }
    let help = try Command.run(["board", "--help"]).output
    for name in ["drop", "shift", "reboot", "power", "power_at", "unplug", "unplug_at", "seed"] {
      #expect(help.contains(name), "\(name) is not documented")
    }
  }
}

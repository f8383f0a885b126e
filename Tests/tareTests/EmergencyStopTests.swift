import Foundation
import Testing

@Suite struct EmergencyStopTests {
  private static let geometry = "rows=8&columns=8&seed=31"

  /// Stopped from another terminal: nothing is fired until it is cleared, not by a restart either.
  @Test func aStopLastsUntilItIsCleared() throws {
    let scratch = try Scratch()
    let board = try BoardProcess(
      device: "sim:low-noise?\(Self.geometry)&state=\(scratch.file("chip.state").path)", in: scratch
    )
    let home = ["--home", scratch.file("home").path]
    let calibrate =
      ["calibrate", "--device", board.selector, "--pulses", "200", "--checkpoints", "8"]
      + ["--out", scratch.file("run").path] + home
    let stop = try Command.run(["stop", "--device", board.selector])
    #expect(stop.status == 0 && stop.output.contains("outputs are off"), "\(stop.errors)")
    for isRestarted in [false, true] {
      if isRestarted { try board.loseAndRegainPower() }
      let refused = try Command.run(calibrate)
      #expect(refused.status == 69, "\(refused.errors)")
      #expect(
        refused.errors.contains("emergency stop is latched")
          && refused.errors.contains("tare stop --clear")
          && refused.errors.contains("nothing was fired"), "\(refused.errors)")
    }
    for _ in 0..<2 {
      let clear = try Command.run(["stop", "--device", board.selector, "--clear"])
      #expect(clear.status == 0 && clear.output.contains("cleared"), "\(clear.errors)")
    }
    let done = try Command.run(calibrate)
    #expect(done.status == 0, "\(done.errors)")
    let audit = try Command.run(["audit", scratch.file("run").path] + home)
    #expect(audit.status == 0, "\(audit.output)")
  }

  /// The signal of Ctrl-\ in the terminal of a calibration stops its board in the middle of a train.
  @Test func ControlBackslashStopsTheBoard() throws {
    let scratch = try Scratch()
    let board = try BoardProcess(
      device: "sim:low-noise?\(Self.geometry)&state=\(scratch.file("chip.state").path)", in: scratch
    )
    let home = ["--home", scratch.file("home").path]
    let calibrate =
      ["calibrate", "--device", board.selector, "--pulses", "200000", "--checkpoints", "8"]
      + ["--out", scratch.file("run").path] + home
    let stopped = try Command.run(calibrate) { process in
      // The ledger is there before the first train.
      ChipLab.wait {
        FileManager.default.fileExists(atPath: scratch.file("run/ledger.sqlite").path)
      }
      usleep(300_000)
      kill(process, SIGQUIT)
    }
    #expect(stopped.status == 69, "\(stopped.errors)")
    #expect(stopped.errors.contains("emergency stop: outputs are off"), "\(stopped.errors)")
    let clear = try Command.run(["stop", "--device", board.selector, "--clear"])
    #expect(clear.status == 0, "\(clear.errors)")
    let resumed = try Command.run(calibrate)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("went on with an unfinished run"), "\(resumed.errors)")
    let audit = try Command.run(["audit", scratch.file("run").path] + home)
    #expect(audit.status == 0, "\(audit.output)")
  }

  @Test func onlyABoardCanBeStopped() throws {
    let simulated = try Command.run(["stop", "--device", "sim:low-noise"])
    #expect(simulated.status == 64 && simulated.errors.contains("nothing to stop"))
    let absent = try Command.run(["stop", "--device", "tcp:127.0.0.1:1"])
    #expect(absent.status == 69, "\(absent.errors)")
  }
}

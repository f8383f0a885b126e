import DeviceContract
import Foundation
import PulseLedger
import Testing

/// Ctrl-Z during a campaign: parked between two trains, really stopped, and gone on with.
@Suite(.serialized) struct PauseTests {
  /// The letter of a process's state in /proc, such as T for stopped.
  private static func state(_ process: pid_t) -> String {
    let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    return stat.split(separator: ")").last?.split(separator: " ").first.map(String.init) ?? ""
  }

  /// Stops a command by SIGTSTP once its ledger has so many records, looks, and lets it go on.
  ///
  /// - Parameter pause: how long it is stopped, in microseconds.
  /// - Returns: records at the stop and at its end, before it went on.
  static func pause(
    _ process: pid_t, after records: Int, of ledger: String, for pause: UInt32
  ) -> (at: Int, after: Int) {
    let count = { (try? LedgerReader(ledger).lastRecord()) ?? 0 }
    ChipLab.wait { count() >= records }
    kill(process, SIGTSTP)
    ChipLab.wait { state(process) == "T" }
    #expect(state(process) == "T", "the process does not stop")
    let before = count()
    usleep(pause)
    let after = count()
    kill(process, SIGCONT)
    return (before, after)
  }

  /// A pause longer than the lease of a board: its outputs are off, nothing is fired meanwhile, and the result is that
  /// of a campaign that nobody disturbed.
  @Test func aPauseLongerThanTheLease() async throws {
    var maps: [Data] = []
    for isPaused in [false, true] {
      let lab = try BoardLab()
      let board = try lab.board()
      let settings = ["--tolerance", "1 %", "--expect", "low-noise"]
      let arguments = lab.calibration(board.selector, out: "run", settings)
      let outcome = try Command.run(arguments) { process in
        guard isPaused else { return }
        // The lease of a board is a second.
        let ledger = lab.scratch.file("run/ledger.sqlite").path
        for records in [15, 30] {
          let (at, after) = Self.pause(process, after: records, of: ledger, for: 1_600_000)
          #expect(at == after)
        }
      }
      #expect(outcome.status == 0, "\(outcome.errors)")
      let paused = outcome.errors.components(separatedBy: "tare: paused between two trains").count
      #expect(paused == (isPaused ? 3 : 1), "\(outcome.errors)")
      try lab.expectBalance("run")
      board.stop()
      let counts = try await lab.physics()
      try lab.expectPhysics(up: counts.up, down: counts.down)
      maps.append(try lab.map("symmetric-point", of: "run"))
    }
    #expect(maps[0] == maps[1])
  }

  /// A board that loses its power during the pause is found again.
  @Test func aBoardThatRestartsDuringThePause() throws {
    let lab = try BoardLab()
    let board = try lab.board()
    let settings = ["--tolerance", "1 %", "--expect", "low-noise"]
    let outcome = try Command.run(lab.calibration(board.selector, out: "run", settings)) {
      process in
      ChipLab.wait {
        (try? LedgerReader(lab.scratch.file("run/ledger.sqlite").path).lastRecord()) ?? 0 >= 15
      }
      kill(process, SIGTSTP)
      ChipLab.wait { Self.state(process) == "T" }
      try board.loseAndRegainPower()
      kill(process, SIGCONT)
    }
    // What cannot be gone on with in this process goes on with the same command.
    #expect(outcome.status == 0 || outcome.status == 69, "\(outcome.errors)")
    if outcome.status != 0 {
      try lab.finish(lab.calibration(board.selector, out: "run", settings))
    }
    try lab.expectBalance("run")
  }

  /// All boards of a schedule stop together, Ctrl-C after the pause ends all, and the ledgers balance.
  @Test func aScheduleStopsAsOne() throws {
    let lab = try ScheduleTests.Lab()
    try lab.write([["name": "a", "tolerance": "0.5 %"], ["name": "b", "tolerance": "0.5 %"]])
    let outcome = try lab.run { process in
      ChipLab.wait { lab.records("run-a") >= 10 }
      let ledger = lab.scratch.file("run-b/ledger.sqlite").path
      let (at, after) = Self.pause(process, after: 10, of: ledger, for: 200_000)
      #expect(at == after)
      kill(process, SIGINT)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    for name in ["a", "b"] { #expect(try lab.audit("run-\(name)").status == 0) }
    #expect(try lab.run().status == 0)
  }
}

import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import Testing

/// A calibration that is killed over and over, on a simulated chip that lives in a file.
@Suite(.serialized) struct KillTests {
  static let seed: UInt64 = 4711

  /// A chip in a file, its home, and the runs on it.
  struct Lab {
    let scratch: Scratch
    let home: LedgerHome
    let state: String
    let method: String
    let pulses: Int

    init(method: String, pulses: Int) throws {
      scratch = try Scratch()
      home = LedgerHome(path: scratch.file("home").path)
      state = scratch.file("chip.state").path
      (self.method, self.pulses) = (method, pulses)
    }

    func arguments(out: String) -> [String] {
      [
        "calibrate", "--device", "sim:low-noise?rows=8&columns=8&state=\(state)", "--method",
        method,
        "--pulses", "\(pulses)", "--checkpoints", "12", "--averages", "2", "--out",
        scratch.file(out).path, "--home", home.path, "--chip", "dut",
      ]
    }

    func simulator() throws -> SimulatedCrossbar {
      var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("low-noise")))
      (settings.rows, settings.columns) = (8, 8)
      try settings.set("state", to: state)
      return try SimulatedCrossbar(settings)
    }

    /// Connects as the next command would, and compares ledger and odometer cell by cell.
    func expectBalance(_ context: String) async throws {
      let device = try simulator()
      let session = try await LedgerSession.connect(
        device, home: home, chip: "dut", run: nil, program: "tests")
      #expect(session.reconciliation.agrees, "\(context)")
      #expect(try await session.close(status: "checked"), "\(context)")
      let audit = try LedgerAudit.of(try home.ledger(ofChip: "dut"), cells: 64)
      #expect(audit.balances, "\(context): \(audit.checks.filter { !$0.holds })")
      let counted = try await device.odometer(of: device.capabilities.whole()).totals
      #expect(
        audit.total.fired.all <= counted.all
          && counted.all <= audit.total.fired.all + audit.total.uncertain, "\(context)")
    }

    /// Every cell of a finished run had its pulses exactly once.
    func expectFinishedOnce(_ out: String) throws {
      let audit = try LedgerAudit.of(scratch.file(out).path + "/ledger.sqlite", cells: 64)
      #expect(audit.balances, "\(audit.checks.filter { !$0.holds })")
      #expect(audit.hottest.count == 64)
      #expect(audit.hottest.allSatisfy { $0.pulses == pulses && $0.uncertain == 0 })
    }
  }

  /// Kills a method a number of times, at instants between the start of the process and its end.
  static func kill(_ method: String, pulses: Int, times: Int) async throws {
    print("KillTests.kill(\(method)): seed \(seed)")
    let lab = try Lab(method: method, pulses: pulses)
    var random = RandomStream(seed: seed, stream: UInt64(pulses))
    var (kills, runs, resumed) = (0, 0, 0)
    while kills < times {
      let delay = UInt32.random(in: 0...500_000, using: &random)
      var wasKilled = true
      let outcome = try Command.run(lab.arguments(out: "run\(runs)")) { process in
        usleep(delay)
        Foundation.kill(process, SIGKILL)
      }
      wasKilled = outcome.status == SIGKILL
      if wasKilled {
        kills += 1
        // The kill may land after the run's last word.
        let record = try? String(
          contentsOf: lab.scratch.file("run\(runs)/run.json"), encoding: .utf8)
        if record?.contains("\"finished\"") == true {
          try lab.expectFinishedOnce("run\(runs)")
          runs += 1
        }
        if kills % 5 == 0 { try await lab.expectBalance("after kill \(kills)") }
        continue
      }
      if outcome.status != 0 { print("KillTests: after \(kills) kills: \(outcome.errors)") }
      #expect(outcome.status == 0)
      guard outcome.status == 0 else { return }
      if outcome.errors.contains("not fired again") { resumed += 1 }
      try lab.expectFinishedOnce("run\(runs)")
      runs += 1
    }
    // The run that was killed last goes on to its end.
    let last = try Command.run(lab.arguments(out: "run\(runs)"))
    #expect(last.status == 0, "\(last.errors)")
    try lab.expectFinishedOnce("run\(runs)")
    try await lab.expectBalance("at the end")
    print("KillTests.kill(\(method)): \(kills) kills, \(runs + 1) runs, \(resumed) went on")
    #expect(runs == 0 || resumed > 0)
  }

  @Test func fiveHundredKillsLoseAndRepeatNothing() async throws {
    try await Self.kill("zero-shift", pulses: 60, times: 250)
    try await Self.kill("zero-shift-cyclic", pulses: 4_000, times: 250)
  }
}

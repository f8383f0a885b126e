import DeviceContract
import Foundation
import PulseLedger
import SimulatedCrossbar
import Testing

/// What an operator is told, and what he has to decide, by the commands.
@Suite(.serialized) struct OperatorTests {
  private func ledger(
    _ command: String, _ lab: ChipLab, _ more: [String] = []
  ) throws -> Command.Outcome {
    try Command.run(["ledger", command] + lab.onChip + more)
  }

  // MARK: Adoption

  /// The ledger holds one train, and the device was given another one under its number.
  private func mixUp(_ lab: ChipLab) async throws -> URL {
    let device = try lab.simulator()
    let session = try await LedgerSession.connect(
      device, home: LedgerHome(path: lab.home.path), chip: lab.chip, run: nil, program: "tests")
    func train(_ pattern: PulseTrain.Pattern) -> PulseTrain {
      PulseTrain(
        region: device.capabilities.whole(), pattern: pattern,
        shape: device.capabilities.nominalShape, cause: .manual)
    }
    let number = try await session.journal.record([
      TrainIntent(train: train(.alternating(pairs: 50)), time: Date())
    ])
    _ = try await device.apply(train(.uniform(.up, count: 3)), number: number)
    // Killed here, by a copy of what is on the disk.
    let home = lab.scratch.file("home-then")
    try FileManager.default.copyItem(at: lab.home, to: home)
    try await session.close(status: "killed")
    await device.park()
    return home
  }

  @Test func anotherTrainIsAFindingUntilItIsAdopted() async throws {
    var lab = try ChipLab()
    try lab.expectRun("first")
    lab.home = try await mixUp(lab)
    for _ in 0..<2 {
      let found = try ledger("reconcile", lab)
      #expect(found.status == 1 && found.errors.contains("adopt"), "\(found.errors)")
      #expect(found.output.contains("another train under the number 41"), "\(found.output)")
      try await lab.expectRefusal(
        "second", ["--force"], status: 1, mentions: ["another train under the number 41"])
    }
    #expect(try lab.audit(lab.chipLedger).status == 1)
    let adopted = try ledger(
      "adopt", lab, ["--reason", "two hosts at once", "--operator-name", "R. Ram"])
    #expect(adopted.status == 0 && adopted.output.contains("192 pulses"), "\(adopted.output)")
    try lab.expectRun("second")
    // 40 + 3 + 40: of the hundred pulses of the other train the device counts none.
    try lab.expectBalance(lab.chipLedger, pulsesPerCell: 83)
    let audit = try lab.audit(lab.chipLedger)
    #expect(audit.output.contains("R. Ram adopted the device's history (two hosts at once)"))
    #expect(audit.output.contains("the device was given another train under this number"))
    #expect(try await lab.odometer().all == 64 * 83)
  }

  @Test func missingPulsesAreNamedWhereTheOdometerIsCompared() async throws {
    let lab = try ChipLab()
    try lab.expectRun("first")
    let old = try Data(contentsOf: lab.state)
    try lab.expectRun("second")
    try old.write(to: lab.state)
    let note = "2560 pulses of the ledger that the device does not count"
    #expect(try !lab.audit(lab.chipLedger).output.contains(note))
    let adopted = try ledger("adopt", lab, ["--reason", "restored the state"])
    #expect(adopted.status == 0, "\(adopted.errors)")
    try lab.expectRun("third")
    try lab.expectBalance(lab.chipLedger)
    let check = try #require(
      try LedgerAudit.of(lab.chipLedger.path).checks.first { $0.name.contains("odometer") })
    #expect(check.holds && check.detail.contains(note), "\(check.detail)")
    #expect(check.detail.contains("since the adoption in record"))
    #expect(try lab.audit(lab.chipLedger).output.contains(note))
    // The odometer that is told is the device's own, which is short of them.
    let counted = try await lab.odometer()
    #expect(
      check.detail.contains("the odometer reads \(counted.up) up and \(counted.down) down"),
      "\(check.detail)")
  }

  // MARK: Devices without memory

  @Test(arguments: [["reconcile"], ["adopt", "--reason", "none"]])
  func aDeviceThatForgetsHasNothingToCompare(command: [String]) throws {
    let scratch = try Scratch()
    let home = scratch.file("home")
    let device = ["--device", "sim:low-noise?rows=8&columns=8", "--home", home.path]
    let outcome = try Command.run(["ledger"] + command + device)
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.output)")
    for word in ["keeps no state", "state=FILE", "--chip"] {
      #expect(outcome.errors.contains(word), "\(word): \(outcome.errors)")
    }
    // No ledger is left of a chip that ended with the process.
    #expect(!FileManager.default.fileExists(atPath: home.path))
    // A chip that is named has a life of its own.
    let named = try Command.run(["ledger"] + command + device + ["--chip", "dut"])
    #expect(named.status == 0, "\(named.errors)")
  }

  // MARK: Limits

  @Test func theLimitsInForceAreThoseOfTheRun() async throws {
    let lab = try ChipLab()
    func bench(_ text: String) throws {
      _ = try lab.scratch.write("format = \"tare-bench/1\"\n" + text, to: "mine.toml")
    }
    let limits = ["--bench", lab.scratch.file("mine.toml").path, "--budget", "1M"]
    try bench("[board]\npulses_per_cell = 200\n")
    _ = try lab.stop("run", limits)
    func settings() throws -> [String: String] {
      let record = try JSONSerialization.jsonObject(
        with: Data(contentsOf: lab.scratch.file("run/run.json")))
      return try #require((record as? [String: Any])?["settings"] as? [String: String])
    }
    let recorded = try #require(try settings()["limits"])
    for part in [
      "pulses of each cell 200 pulses set by", "mine.toml [board]", "1000000 pulses", "--budget",
    ] {
      #expect(recorded.contains(part), "\(part): \(recorded)")
    }
    // The same file, and not the same limits in it: tighter, looser, or one more.
    for (text, word) in [
      ("[board]\npulses_per_cell = 100\n", "is pulses of each cell 100 pulses"),
      ("[board]\npulses_per_cell = 300\n", "is pulses of each cell 300 pulses"),
      ("[board]\npulses_per_cell = 200\namplitude = \"3.3 V\"\n", "amplitude 3.3 V"),
      ("[user]\npulses_per_cell = 200\n", "mine.toml [user]"),
    ] {
      try bench(text)
      try await lab.expectRefusal(
        "run", limits, status: 64, mentions: ["other settings: limits was", word, "--force"])
    }
    #expect(try settings()["limits"] == recorded)
    try bench("# The same limits.\n[board]\npulses_per_cell = 200\n")
    try lab.expectRun("run", limits)
    try lab.expectFinished("run")
    #expect(try settings()["limits"] == recorded)
  }

  @Test func aRunWithoutLimitsSaysSo() throws {
    let lab = try ChipLab()
    try lab.expectRun("run")
    let record = try String(contentsOf: lab.scratch.file("run/run.json"), encoding: .utf8)
    #expect(record.contains("\"limits\" : \"none\"") || record.contains("\"limits\": \"none\""))
  }

  // MARK: Signed ledgers

  @Test func aSignedChipThatWasKilledIsSignedAgain() async throws {
    let lab = try ChipLab()
    let made = try Command.run(["ledger", "key", lab.chip, "--make", "--home", lab.home.path])
    #expect(made.status == 0, "\(made.errors)")
    let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    try lab.expectRun("first")
    var long = lab
    long.pulses = 1_000
    _ = try long.stop("second", records: 60)
    let killed = try lab.audit(lab.chipLedger)
    #expect(killed.status == 1 && killed.output.contains("after the last signature"))
    // The records themselves are as they were written, and up to where they are signed is told.
    let verified = try Command.run(["ledger", "verify", lab.chipLedger.path])
    #expect(verified.status == 0 && verified.output.contains("the last in record"))
    try long.expectRun("second")
    try long.expectFinished("second")
    for ledger in [lab.chipLedger, lab.scratch.file("second/ledger.sqlite")] {
      let folder = ledger.deletingLastPathComponent()
      let published = try String(
        contentsOf: folder.appendingPathComponent("ledger.pub"), encoding: .utf8)
      #expect(published == key + "\n")
      try lab.expectBalance(ledger)
    }
    #expect(
      try !FileManager.default.contentsOfDirectory(atPath: lab.scratch.file("second").path)
        .contains("ledger.key"))
  }
}

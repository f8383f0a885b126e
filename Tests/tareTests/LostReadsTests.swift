import DeviceContract
import Foundation
import PulseLedger
import Testing

/// A power failure takes the end of a run's ledger, which is not forced to the disk with every train; the
/// chip's ledger and the device know what was fired, and nobody knows what was read.
@Suite(.serialized) struct LostReadsTests {
  /// Bytes of the log's header, and of each of its frames: a page of the database with a header.
  private static let (header, frame) = (32, 4096 + 24)

  /// Cuts the log of a killed run to a part of its frames.
  private func cut(_ lab: ChipLab, to part: Double) throws {
    let ledger = lab.scratch.file("run/ledger.sqlite").path
    let log = URL(fileURLWithPath: ledger + "-wal")
    let bytes = try Data(contentsOf: log)
    let frames = (bytes.count - Self.header) / Self.frame
    #expect(frames > 20, "the log is too short to be cut")
    let kept = Int(Double(frames) * part)
    try bytes.prefix(kept == 0 ? 0 : Self.header + kept * Self.frame).write(to: log)
    try? FileManager.default.removeItem(atPath: ledger + "-shm")
  }

  @Test(
    arguments: ["zero-shift", "zero-shift-cyclic"], [0.0, 0.2, 0.5, 0.8, 0.95])
  func aRunGoesOnWithoutThem(method: String, part: Double) async throws {
    print("LostReadsTests.aRunGoesOnWithoutThem(\(method), \(part)): seed \(ChipLab.seed)")
    var whole = try ChipLab()
    // Cyclic trains are few, so that they have to be long for the kill to come in time.
    (whole.method, whole.pulses) = (method, method == "zero-shift" ? 400 : 400_000)
    var lab = try ChipLab()
    (lab.method, lab.pulses) = (method, whole.pulses)
    try whole.expectRun("run")
    let killed = try lab.stop("run", records: method == "zero-shift" ? 300 : 20)
    #expect(killed.status == SIGKILL, "\(killed.errors)")
    let before = try await lab.odometer().all
    let records = try LedgerReader(lab.scratch.file("run/ledger.sqlite").path).lastRecord()
    try cut(lab, to: part)
    let left = try LedgerReader(lab.scratch.file("run/ledger.sqlite").path).lastRecord()
    #expect(left < records)
    let again = try lab.calibrate("run")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("not fired again"), "\(again.errors)")
    if part < 0.8 { #expect(again.errors.contains("reads were lost"), "\(again.errors)") }
    // Every cell had its pulses once, and they have brought it where those of a quiet run do.
    try lab.expectFinished("run")
    #expect(before > 0)
    #expect(try await lab.odometer().all == 64 * lab.pulses)
    #expect(try await lab.states() == whole.states())
    // It is finished: the same command does not go on with it once more.
    try await lab.expectRefusal("run", status: 64, mentions: ["earlier run"])
  }

  /// Killed once more after the power failure, the run still goes on.
  @Test func andIsStoppedOnceMore() async throws {
    var lab = try ChipLab()
    lab.pulses = 400
    _ = try lab.stop("run", records: 200)
    try cut(lab, to: 0.4)
    let second = try lab.stop("run", records: 500)
    #expect(second.status == SIGKILL, "\(second.errors)")
    let last = try lab.calibrate("run")
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.errors.contains("reads were lost"), "\(last.errors)")
    try lab.expectFinished("run")
    #expect(try await lab.odometer().all == 64 * 400)
  }

  /// Killed between a read and its record, a command makes the read again, and whoever asks is told of it.
  @Test(arguments: ["calibrate", "refresh", "reference", "schedule", "board"])
  func aKillBetweenAReadAndItsRecord(kind: String) throws {
    print("LostReadsTests.aKillBetweenAReadAndItsRecord(\(kind)): seed \(ChipLab.seed)")
    var hit: (lab: ChipLab, board: BoardProcess?, command: [String])?
    // A command may come to its end before it is hit: one in some three or four of the shortest.
    for _ in 0..<12 where hit == nil {
      let lab = try ChipLab()
      let board = kind == "board" ? try BoardProcess(device: lab.device, in: lab.scratch) : nil
      let command = try command(kind, lab, board: board?.selector)
      let killer = ReadKiller(ledger: lab.scratch.file("run/ledger.sqlite").path, records: 6)
      if try killer.kill(command) { hit = (lab, board, command) } else { board?.stop() }
    }
    let (lab, board, command) = try #require(hit)
    defer { board?.stop() }
    let again = try Command.run(command)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains(ToleranceTests.readAgain), "\(again.errors)")
    struct Record: Decodable { let extraReads, readsLost: Int }
    let record = try JSONDecoder().decode(
      Record.self, from: Data(contentsOf: lab.scratch.file("run/run.json")))
    #expect(record.extraReads == 1 && record.readsLost == 0)
    let audit = try lab.audit(lab.scratch.file("run"))
    #expect(audit.status == 0, "\(audit.output)")
    #expect(audit.output.contains("were read again: the run was broken off"), "\(audit.output)")
  }

  /// A command that calibrates or writes, with all that it needs before.
  private func command(_ kind: String, _ lab: ChipLab, board: String?) throws -> [String] {
    let (run, first) = (lab.scratch.file("run").path, lab.scratch.file("first").path)
    let out = ["--tolerance", "0.3%", "--out", run]
    if ["refresh", "reference"].contains(kind) {
      let before = ["calibrate"] + lab.onChip + ["--tolerance", "1%", "--out", first]
      #expect(try Command.run(before).status == 0)
    }
    switch kind {
    case "reference":
      return ["reference", "shift", first] + lab.onChip + out
    case "refresh":
      return ["calibrate"] + lab.onChip + out
        + ["--refresh", first, "--drift-time", "0.5 % in 10 ms"]
    case "board":
      return [
        "calibrate", "--device", try #require(board), "--expect", "low-noise", "--home",
        lab.home.path, "--chip", lab.chip,
      ] + out
    case "schedule":
      let file = try lab.scratch.write(
        """
        format = "tare-schedule/1"
        [[campaign]]
        name = "only"
        device = "\(lab.device)"
        chip = "\(lab.chip)"
        tolerance = "0.3 %"
        out = "\(run)"
        """, to: "night.toml")
      return ["schedule", file, "--home", lab.home.path]
    default: return ["calibrate"] + lab.onChip + out
    }
  }

  /// What was found after such a kill agrees with what a run without one finds.
  @Test func theMapsAgree() throws {
    print("LostReadsTests.theMapsAgree: seed \(ChipLab.seed)")
    let whole = try ChipLab()
    #expect(try Command.run(ToleranceTests.arguments(whole, "run")).status == 0)
    var hit: ChipLab?
    for _ in 0..<12 where hit == nil {
      let lab = try ChipLab()
      let killer = ReadKiller(ledger: lab.scratch.file("run/ledger.sqlite").path, records: 5)
      if try killer.kill(ToleranceTests.arguments(lab, "run")) { hit = lab }
    }
    let lab = try #require(hit)
    #expect(try Command.run(ToleranceTests.arguments(lab, "run")).status == 0)
    let (found, expected) = (
      try ToleranceTests.maps(lab, "run"), try ToleranceTests.maps(whole, "run")
    )
    #expect(found["maps/symmetric-point.npy"] != expected["maps/symmetric-point.npy"])
    try MapAgreement.expect(found, expected)
  }
}

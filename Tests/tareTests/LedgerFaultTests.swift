import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Testing

/// What goes wrong around a ledger: a clear error, no pulse, and nothing lost that was durable.
@Suite(.serialized) struct LedgerFaultTests {
  // MARK: Full and read-only disks

  enum Place: String, CaseIterable { case home, run, both }

  /// Sizes from one in which no ledger can be made to one that fills up in the middle of the run.
  @Test(arguments: Place.allCases, ["16k", "48k", "100k", "300k"])
  func aFullDisk(place: Place, size: String) async throws {
    var lab = try ChipLab()
    guard let disk = try SmallDisk(lab.scratch.file("disk"), size: size) else { return }
    if place != .run { lab.home = disk.url.appendingPathComponent("home") }
    let out = place == .home ? lab.scratch.file("run").path : disk.url.path + "/run"
    lab.pulses = 300
    let outcome = try lab.calibrate(out)
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.contains("disk is full"), "\(outcome.errors)")
    let fired = try await lab.odometer().all
    // Every train that was fired was on record before; without a record there is none.
    if outcome.errors.contains("stopped after") {
      #expect(fired < 64 * 300)
    } else {
      #expect(fired == 0)
    }
    if size == "300k" && place != .both { #expect(fired > 0, "the disk was to fill up in the run") }
    disk.resize("32m")
    let again = try lab.calibrate(out)
    #expect(again.status == 0, "\(again.errors)")
    // One train may have been fired before its outcome found no room.
    if fired > 64 { #expect(again.errors.contains("not fired again"), "\(again.errors)") }
    try lab.expectFinished(out)
    #expect(try await lab.odometer().all == 64 * 300)
    withExtendedLifetime(disk) {}
  }

  @Test(arguments: [Place.home, .run])
  func aReadOnlyDisk(place: Place) async throws {
    var lab = try ChipLab()
    guard let disk = try SmallDisk(lab.scratch.file("disk"), size: "32m") else { return }
    if place == .home { lab.home = disk.url.appendingPathComponent("home") }
    let folder = place == .home ? lab.scratch.url.path : disk.url.path
    try lab.expectRun(folder + "/first")
    disk.setReadOnly(true)
    let words = ["ead-only"]
    try await lab.expectRefusal(folder + "/second", status: 77, mentions: words)
    // What is there can be read.
    try lab.expectBalance(lab.chipLedger)
    disk.setReadOnly(false)
    try lab.expectRun(folder + "/second")
    try lab.expectFinished(folder + "/second")
    withExtendedLifetime(disk) {}
  }

  // MARK: Locks

  @Test func aForeignProcessHoldsTheFile() async throws {
    let lab = try ChipLab()
    try lab.expectRun("first")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let ready = lab.scratch.file("ready").path
    let script = """
      import sqlite3, sys, time
      file = sqlite3.connect(sys.argv[1], isolation_level=None)
      file.execute("BEGIN EXCLUSIVE")
      open(sys.argv[2], "w").close()
      time.sleep(60)
      """
    process.arguments = ["python3", "-c", script, lab.chipLedger.path, ready]
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    ChipLab.wait { FileManager.default.fileExists(atPath: ready) }
    try await lab.expectRefusal("second", status: 75, mentions: ["another process", "locked"])
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try lab.expectRun("second")
    try lab.expectFinished("second")
  }

  /// Two at once: one runs, the other is told who holds the chip, and readers go on.
  @Test func twoCalibrationsAtOnce() async throws {
    var lab = try ChipLab()
    lab.pulses = 200_000
    var others: [Command.Outcome] = []
    var readers: [Command.Outcome] = []
    let first = try Command.run(lab.calibration("long")) { process in
      defer { kill(process, SIGINT) }
      let ledger = lab.chipLedger.path
      ChipLab.wait { ((try? LedgerReader(ledger).lastRecord()) ?? 0) > 20 }
      let holder = "\(process)"
      others.append(try lab.calibrate("second"))
      var board = lab
      board.state = lab.scratch.file("other.state")
      others.append(try board.calibrate("third"))
      for outcome in others {
        #expect(outcome.status == 75 && outcome.errors.contains(holder), "\(outcome.errors)")
        #expect(outcome.errors.contains("nothing was fired"))
      }
      for command in [
        ["ledger", "totals"], ["ledger", "verify"], ["ledger", "export"], ["audit"],
      ] {
        readers.append(try Command.run(command + [ledger]))
      }
    }
    #expect(first.status == 130, "\(first.errors)")
    #expect(others.count == 2)
    // A ledger that is being written is whole, and its account is not closed.
    #expect(readers.map(\.status) == [0, 0, 0, 1], "\(readers.map(\.errors))")
    lab.pulses = 40
    try lab.expectRun("second")
    try lab.expectBalance(lab.chipLedger)
  }

  // MARK: Damage

  @Test func aDamagedPageOfTheChip() async throws {
    print("LedgerFaultTests.aDamagedPageOfTheChip: seed \(ChipLab.seed)")
    let lab = try ChipLab()
    for name in ["first", "second"] { try lab.expectRun(name) }
    let whole = try Data(contentsOf: lab.chipLedger)
    var random = RandomStream(seed: ChipLab.seed, stream: 1)
    var damages = stride(from: 0, to: whole.count, by: 4 * 4096).map { place in
      var bytes = whole
      bytes.replaceSubrange(
        place..<place + 4096,
        with: (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) })
      return (bytes, "page \(place / 4096 + 1)")
    }
    damages.append((Data(), "page 1"))
    damages.append((Data("this is no ledger\n".utf8), "page 1"))
    damages.append((whole.prefix(whole.count / 2), "page \(whole.count / 8192 + 1)"))
    for (bytes, place) in damages {
      try bytes.write(to: lab.chipLedger)
      try await lab.expectRefusal(
        "third", status: 65, mentions: [lab.chipLedger.path, place, "Nothing was fired"])
      for command in [["audit"], ["ledger", "verify"]] {
        let outcome = try Command.run(command + [lab.chipLedger.path])
        #expect([1, 65].contains(outcome.status))
        #expect((outcome.output + outcome.errors).contains(place), "\(outcome.output)")
      }
    }
    try whole.write(to: lab.chipLedger)
    try lab.expectRun("third")
    try lab.expectFinished("third")
  }

  @Test func aDamagedLedgerOfAnUnfinishedRun() async throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run", records: 60, signal: SIGINT)
    let ledger = lab.scratch.file("run/ledger.sqlite")
    let whole = try Data(contentsOf: ledger)
    for place in [0, 3 * 4096 + 77, whole.count - 9] {
      var bytes = whole
      bytes[place] ^= 0x55
      try bytes.write(to: ledger)
      try await lab.expectRefusal(
        "run", status: 65, mentions: [ledger.path, "page \(place / 4096 + 1)"])
    }
    try whole.write(to: ledger)
    try lab.expectRun("run")
    try lab.expectFinished("run")
  }

  /// The log of a killed run holds what was durable; the device knows what the log no longer says.
  @Test func aDamagedLogOfAKilledRun() async throws {
    var lab = try ChipLab()
    lab.pulses = 200
    _ = try lab.stop("run", records: 80)
    let log = URL(fileURLWithPath: lab.chipLedger.path + "-wal")
    let whole = try Data(contentsOf: log)
    #expect(whole.count > 100_000)
    var bytes = whole
    for place in whole.count / 2..<whole.count / 2 + 500 { bytes[place] ^= 0x55 }
    try bytes.write(to: log)
    try await lab.expectRefusal(
      "run", status: 1, mentions: ["has fired trains", "nothing is fired", "adopt"])
    let audit = try lab.audit(lab.chipLedger)
    #expect(audit.status == 1 && audit.output.contains("record"))
  }

  /// The log belongs to its file, and is not read into a new one.
  @Test func aLogWhoseFileIsGone() async throws {
    var lab = try ChipLab()
    lab.pulses = 200
    _ = try lab.stop("run", records: 60)
    let aside = lab.scratch.file("aside")
    try FileManager.default.moveItem(at: lab.chipLedger, to: aside)
    try await lab.expectRefusal("other", status: 65, mentions: [lab.chipLedger.path, "log"])
    try FileManager.default.moveItem(at: aside, to: lab.chipLedger)
    try lab.expectRun("run")
    try lab.expectFinished("run")
  }

  /// A kill between the two forms of the file, with a log and without, leaves a rollback journal.
  @Test func aRollbackJournalIsTakenBack() throws {
    let lab = try ChipLab()
    try lab.expectRun("first")
    // What lies beside the file then; such a ledger has no seal.
    let script = """
      import os, sqlite3, sys
      os.unlink(sys.argv[1] + ".seal")
      file = sqlite3.connect(sys.argv[1], isolation_level=None)
      file.execute("PRAGMA cache_size = 2")
      file.execute("BEGIN")
      file.execute("UPDATE entry SET hash = zeroblob(32)")
      file.execute("CREATE TABLE filler (data)")
      file.executemany("INSERT INTO filler VALUES (?)", [(b"x" * 3000,)] * 200)
      os._exit(0)
      """
    for command in [["ledger", "verify"], ["audit"], []] {
      _ = try Python.run(["-c", script, lab.chipLedger.path])
      let journal = lab.chipLedger.path + "-journal"
      #expect(FileManager.default.fileExists(atPath: journal))
      let outcome =
        command.isEmpty
        ? try lab.calibrate("second") : try Command.run(command + [lab.chipLedger.path])
      #expect(outcome.status == 0, "\(command): \(outcome.errors)\(outcome.output)")
      if !command.isEmpty {
        try Data().write(to: URL(fileURLWithPath: lab.chipLedger.path + ".seal"))
      }
    }
    try lab.expectFinished("second")
  }

  /// After one byte is changed, an audit does not balance and says where.
  @Test func everyByteOfAClosedLedgerCounts() throws {
    var lab = try ChipLab()
    (lab.method, lab.pulses) = ("zero-shift-cyclic", 40)
    try lab.expectRun("run")
    let ledger = lab.scratch.file("run/ledger.sqlite")
    try lab.expectBalance(ledger)
    let whole = try Data(contentsOf: ledger)
    let stride = whole.count / 200
    for trial in 0..<200 {
      let place = trial * stride + trial % stride
      var bytes = whole
      bytes[place] ^= 1 << (trial % 8)
      try bytes.write(to: ledger)
      let outcome = try lab.audit(ledger)
      #expect([1, 65].contains(outcome.status), "byte \(place)")
      let text = outcome.output + outcome.errors
      #expect(text.contains("page \(place / 4096 + 1),"), "byte \(place): \(text.prefix(400))")
    }
    try whole.write(to: ledger)
    try lab.expectBalance(ledger)
  }
}

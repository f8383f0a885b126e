import Foundation
import Testing

@testable import PulseLedger

/// `--force` replaces a run by one that has begun, and by nothing less.
@Suite(.serialized) struct ReplaceRunTests {
  private func names(_ lab: ChipLab) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: lab.scratch.url.path).sorted()
  }

  /// What lies in a folder, and that it is the folder itself and no copy of it.
  private func inventory(_ lab: ChipLab, _ folder: String) throws -> [String: Data] {
    var files = try lab.scratch.contents(of: folder)
    // The lock file is emptied by whoever asked for it.
    files["ledger.sqlite.lock"] = nil
    return files
  }

  @Test func aRunThatIsBeingWrittenStays() async throws {
    var lab = try ChipLab()
    lab.pulses = 200_000
    var outcomes: [Command.Outcome] = []
    let first = try Command.run(lab.calibration("run")) { process in
      defer { kill(process, SIGINT) }
      let folder = lab.scratch.file("run")
      let ledger = folder.appendingPathComponent("ledger.sqlite").path
      ChipLab.wait { ((try? LedgerReader(ledger).lastRecord()) ?? 0) > 20 }
      let (record, before) = (
        try Data(contentsOf: folder.appendingPathComponent("run.json")), try names(lab)
      )
      // By the same board, which is held too, and by another one, with a chip of its own.
      var other = lab
      (other.state, other.chip) = (lab.scratch.file("other.state"), "other")
      for lab in [lab, other] {
        outcomes.append(try lab.calibrate("run", ["--force"]))
        #expect(outcomes.last?.errors.contains("\(process)") == true)
        #expect(try Data(contentsOf: folder.appendingPathComponent("run.json")) == record)
        #expect(FileManager.default.fileExists(atPath: ledger))
      }
      #expect(try names(lab).filter { $0 != "other.state" } == before)
      let records = try LedgerReader(ledger).lastRecord()
      ChipLab.wait { ((try? LedgerReader(ledger).lastRecord()) ?? 0) > records }
      #expect(
        try LedgerReader(ledger).lastRecord() > records, "the run no longer writes its ledger")
    }
    #expect(outcomes.map(\.status) == [75, 75], "\(outcomes.map(\.errors))")
    #expect(outcomes.last?.errors.contains("nothing was removed") == true)
    #expect(first.status == 130, "\(first.errors)")
    lab.pulses = 40
    try lab.expectRun("run", ["--force"])
    try lab.expectFinished("run")
    #expect(try names(lab).filter { $0.contains("replaced") } == [])
  }

  @Test(arguments: ["run", "run/", "link"])
  func aRunStaysWhereTheNextCannotBegin(name: String) async throws {
    let lab = try ChipLab()
    try lab.expectRun("first")
    let earlier = try Data(contentsOf: lab.state)
    try lab.expectRun("run")
    try FileManager.default.createSymbolicLink(
      atPath: lab.scratch.file("link").path, withDestinationPath: lab.scratch.file("run").path)
    let (before, around) = (try inventory(lab, "run"), try names(lab))
    let out = lab.scratch.url.path + "/" + name
    // The chip is in other hands.
    var store: LedgerStore? = try await LedgerStore.open(lab.chipLedger.path, genesis: nil)
    let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
    try await lab.expectRefusal(
      out, ["--force"], status: 75, mentions: [holder, "nothing was fired"])
    try await store?.close()
    store = nil
    #expect(try inventory(lab, "run") == before)
    // The chip's ledger is damaged.
    let whole = try Data(contentsOf: lab.chipLedger)
    try Data("this is no ledger\n".utf8).write(to: lab.chipLedger)
    try await lab.expectRefusal(out, ["--force"], status: 65, mentions: [lab.chipLedger.path])
    try whole.write(to: lab.chipLedger)
    #expect(try inventory(lab, "run") == before)
    // The device was put back to an earlier state.
    let state = try Data(contentsOf: lab.state)
    try earlier.write(to: lab.state)
    try await lab.expectRefusal(out, ["--force"], status: 1, mentions: ["put its history back"])
    try state.write(to: lab.state)
    #expect(try inventory(lab, "run") == before)
    #expect(try names(lab) == around)
    // And it is replaced once the next one can begin.
    try lab.expectRun(out, ["--force"])
    try lab.expectFinished("run")
    #expect(try names(lab) == around)
    #expect(try inventory(lab, "run")["run.json"] != before["run.json"])
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: lab.scratch.file("link").path)
    #expect(link == lab.scratch.file("run").path)
  }

  /// What cannot be opened is found before anything is touched.
  @Test func aStateFileThatIsDamagedCostsNoRun() throws {
    let lab = try ChipLab()
    try lab.expectRun("run")
    let (before, around) = (try inventory(lab, "run"), try names(lab))
    let state = try Data(contentsOf: lab.state)
    for bytes in [Data("this is no chip\n".utf8), state.prefix(state.count / 2)] {
      try bytes.write(to: lab.state)
      let outcome = try lab.calibrate("run", ["--force"])
      #expect(outcome.status == 65 && outcome.errors.contains(lab.state.path), "\(outcome.errors)")
      #expect(try inventory(lab, "run") == before)
      #expect(try names(lab) == around)
    }
    try state.write(to: lab.state)
    try lab.expectRun("run", ["--force"])
    try lab.expectFinished("run")
  }
}

import DeviceContract
import Foundation
import PulseLedger
import Testing

/// The history of a chip against copies that were put back, and boards that were changed.
@Suite(.serialized) struct ChipLifeTests {
  private func ledger(_ command: String, _ lab: ChipLab, _ more: [String] = []) throws
    -> Command.Outcome
  {
    try Command.run(["ledger", command] + lab.onChip + more)
  }

  @Test func aLedgerThatWasPutBack() async throws {
    let lab = try ChipLab()
    let files = FileManager.default
    try lab.expectRun("first")
    let old = lab.scratch.file("old")
    try files.copyItem(at: lab.home, to: old)
    try lab.expectRun("second")
    try files.removeItem(at: lab.home)
    try files.copyItem(at: old, to: lab.home)
    try await lab.expectRefusal(
      "third", status: 1,
      mentions: ["trains 41 to 80", "64 cells", "2560 pulses", "Cell (0, 0) of tile 0", "adopt"])
    let found = try ledger("reconcile", lab)
    #expect(found.status == 1 && found.output.contains("DO NOT AGREE"))
    #expect(found.output.contains("train 41") && found.output.contains("Cell (0, 0)"))
    #expect(try lab.audit(lab.chipLedger).status == 1)
    let adopted = try ledger(
      "adopt", lab, ["--reason", "restored a backup", "--operator-name", "R. Ram"])
    #expect(adopted.status == 0 && adopted.output.contains("2560 pulses"), "\(adopted.errors)")
    // The refused run had made its folder, and goes on with it.
    try lab.expectRun("third")
    try lab.expectFinished("third")
    let audit = try lab.audit(lab.chipLedger)
    #expect(audit.output.contains("R. Ram adopted the device's history (restored a backup)"))
    // Wear is not forgotten: two runs of 40 pulses were fired, and one of them adopted.
    let cells = try LedgerAudit.of(lab.chipLedger.path, cells: 64).hottest
    #expect(cells.allSatisfy { $0.pulses == 120 }, "\(cells.map(\.pulses))")
  }

  @Test func aDeviceThatWasPutBack() async throws {
    let lab = try ChipLab()
    let files = FileManager.default
    try lab.expectRun("first")
    let old = lab.scratch.file("old.state")
    try files.copyItem(at: lab.state, to: old)
    try lab.expectRun("second")
    try files.removeItem(at: lab.state)
    try files.copyItem(at: old, to: lab.state)
    try await lab.expectRefusal(
      "third", status: 1,
      mentions: ["put its history back", "last train is 40", "up to 80", "Cell (0, 0)", "adopt"])
    let adopted = try ledger("adopt", lab, ["--reason", "restored the state"])
    #expect(adopted.status == 0 && adopted.output.contains("2560 that the device does not count"))
    try lab.expectRun("third")
    try lab.expectFinished("third")
    // The chip has seen all three runs, whatever the device remembers.
    let cells = try LedgerAudit.of(lab.chipLedger.path, cells: 64).hottest
    #expect(cells.allSatisfy { $0.pulses == 120 }, "\(cells.map(\.pulses))")
    #expect(try await lab.odometer().all == 64 * 80)
  }

  @Test func aChipThatMovesBetweenBoards() async throws {
    let lab = try ChipLab()
    var other = lab
    other.state = lab.scratch.file("board-2.state")
    try lab.expectRun("first")
    try other.expectRun("second")
    try lab.expectRun("third")
    try lab.expectBalance(lab.chipLedger, pulsesPerCell: 120)
    let boards = try LedgerAudit.of(lab.chipLedger.path).devices.map(\.serialNumber)
    #expect(Set(boards).count == 2)
    #expect(try await lab.odometer().all == 64 * 80)
    #expect(try await other.odometer().all == 64 * 40)
    // Another chip on the first board begins at 0, and the first one is still known afterwards.
    var second = lab
    second.chip = "dut-2"
    try second.expectRun("fourth")
    try second.expectBalance(second.chipLedger, pulsesPerCell: 40)
    try lab.expectRun("fifth")
    try lab.expectBalance(lab.chipLedger, pulsesPerCell: 160)
  }

  /// A run that was killed on one board cannot be gone on with on another one.
  @Test func aKilledRunKnowsItsBoard() async throws {
    var lab = try ChipLab()
    lab.pulses = 100
    _ = try lab.stop("run", records: 40)
    var other = lab
    other.state = lab.scratch.file("board-2.state")
    try await other.expectRefusal("run", status: 64, mentions: ["other settings: device"])
    try lab.expectRun("run")
    try lab.expectFinished("run")
  }
}

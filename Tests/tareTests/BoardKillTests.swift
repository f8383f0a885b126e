import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Testing

/// Host and board are killed over and over during calibrations: nothing is fired twice, and nothing is lost.
@Suite(.serialized) struct BoardKillTests {
  /// A calibration that is killed on both sides in each round, until each side was killed often enough.
  ///
  /// - Parameters:
  ///   - least: how often each side is killed at least.
  ///   - waits: whether the board is killed only once the host has written trains down: one that takes long
  ///     to connect would never be hit in the middle of them.
  ///   - settle: the longest time in microseconds from there, or from the start, to the kill of the board.
  private static func kill(
    _ board: any PoweredBoard, of lab: BoardLab, least: Int, seed: UInt64, waits: Bool = false,
    settle: Int, _ settings: [[String]]
  ) throws -> (hostKills: Int, boardKills: Int, runs: Int) {
    print("BoardKillTests: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    var (hostKills, boardKills, run) = (0, 0, 0)
    // A host that comes to its end is not killed.
    while min(hostKills, boardKills) < least, boardKills < 2 * least {
      let kind = settings[min(settings.count - 1, hostKills * settings.count / least)]
      let out = "\(kind[1])-\(run)"
      let ledger = lab.scratch.file("\(out)/ledger.sqlite").path
      let records = { (try? LedgerReader(ledger).lastRecord()) ?? 0 }
      let before = records()
      let outcome = try Command.run(lab.calibration(board.selector, out: out, kind)) { host in
        if waits { ChipLab.wait { records() > before + 4 || Foundation.kill(host, 0) != 0 } }
        usleep(UInt32(30_000 + random.integer(below: settle)))
        try board.loseAndRegainPower()
        boardKills += 1
        // The host is about to look for the board, or finds it again and goes on.
        usleep(UInt32(random.integer(below: 180_000)))
        hostKills += Foundation.kill(host, SIGKILL) == 0 ? 1 : 0
      }
      let record = try? String(
        contentsOf: lab.scratch.file("\(out)/run.json"), encoding: .utf8)
      if record?.contains("\"finished\"") == true { run += 1 }
      let isExpected = [SIGKILL, 0, 69, 74].contains(outcome.status)
      #expect(isExpected, "round \(boardKills): \(outcome.status): \(outcome.errors)")
      guard isExpected else { break }
    }
    // The run that was killed last goes on to its end.
    let last = settings[settings.count - 1]
    let out = "\(last[1])-\(run)"
    try lab.finish(lab.calibration(board.selector, out: out, last))
    try lab.expectBalance(out)
    let compared = try Command.run([
      "ledger", "reconcile", "--device", board.selector, "--home", lab.home.path, "--chip", "dut",
    ])
    #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    return (hostKills, boardKills, run + 1)
  }

  /// Trains of a pulse a cell, of which many end and begin; and trains of a thousand, which are broken off.
  private static func settings(long: Int, checkpoints: Int = 30) -> [[String]] {
    [("zero-shift", 900, 30), ("zero-shift-cyclic", long, checkpoints)].map {
      method, pulses, checkpoints in
      [
        "--method", method, "--pulses", "\(pulses)", "--checkpoints", "\(checkpoints)",
        "--averages", "1",
      ]
    }
  }

  @Test func threeHundredKillsOfEachSide() async throws {
    let lab = try BoardLab()
    let board = try lab.board()
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, least: 300, seed: 7_331, settle: 120_000, Self.settings(long: 60_000))
    board.stop()
    let hits = try lab.hits()
    print(
      "BoardKillTests: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)")
    #expect(hosts >= 300 && boards >= 300)
    #expect(hits.waiting > 0 && hits.answerLost > 0 && hits.broken > 0)
    // The group of a virtual board.
    #expect(hits.mostUncertain <= 16)
    let counts = try await lab.physics()
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }

  @Test(.enabled(if: QEMUBoard.isPossible)) func killsOnQEMU() throws {
    let lab = try BoardLab()
    let board = try QEMUBoard(in: lab.scratch.url)
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, least: 30, seed: 7_332, waits: true, settle: 400_000,
      // Few are long, so that it is in their pulses that this board spends its time, and not on its line.
      Self.settings(long: 60_000, checkpoints: 6))
    let counts = try board.physics()
    board.losePower()
    let hits = try lab.hits()
    print(
      "BoardKillTests: QEMU: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)"
    )
    #expect(hosts >= 30 && boards >= 30)
    #expect(hits.waiting + hits.answerLost > 0 && hits.broken > 0)
    #expect(hits.mostUncertain <= 16)
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }
}

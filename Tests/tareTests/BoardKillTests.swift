import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Testing

/// Host and board are killed over and over during calibrations and trainings: nothing is fired twice, and nothing is lost.
@Suite(.serialized) struct BoardKillTests {
  /// A run that is killed on both sides in each round, until each side was killed often enough.
  ///
  /// - Parameters:
  ///   - least: how often each side is killed at least.
  ///   - waits: whether the board is killed only once the host has written trains down: one that takes long
  ///     to connect would never be hit in the middle of them.
  ///   - settle: the longest time in microseconds from there, or from the start, to the kill of the board.
  ///   - command: of a run in a folder, and how far the kills are, from 0 to 1.
  static func kill(
    _ board: any PoweredBoard, of lab: BoardLab, least: Int, seed: UInt64, waits: Bool = false,
    settle: Int, _ command: (_ run: Int, _ part: Double) throws -> (out: String, line: [String])
  ) throws -> (hostKills: Int, boardKills: Int, runs: Int) {
    print("BoardKillTests: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    var (hostKills, boardKills, run) = (0, 0, 0)
    // A host that comes to its end is not killed.
    while min(hostKills, boardKills) < least, boardKills < 2 * least {
      let (out, line) = try command(run, Double(hostKills) / Double(least))
      let ledger = lab.scratch.file("\(out)/ledger.sqlite").path
      let records = { (try? LedgerReader(ledger).lastRecord()) ?? 0 }
      let before = records()
      let outcome = try lab.command(line) { host in
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
    let (out, line) = try command(run, 1)
    try lab.finish(line)
    try lab.expectBalance(out)
    let compared = try lab.command([
      "ledger", "reconcile", "--device", board.selector, "--home", lab.home.path, "--chip", "dut",
    ])
    #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    return (hostKills, boardKills, run + 1)
  }

  /// Trains of a pulse a cell, of which many end and begin; and trains of a thousand, which are broken off.
  static func calibrations(
    of lab: BoardLab, on selector: String, long: Int, checkpoints: Int = 30
  ) -> (_ run: Int, _ part: Double) -> (out: String, line: [String]) {
    { run, part in
      let (method, pulses, checkpoints) =
        part < 0.5 ? ("zero-shift", 900, 30) : ("zero-shift-cyclic", long, checkpoints)
      let out = "\(method)-\(run)"
      return (
        out,
        lab.calibration(
          selector, out: out,
          [
            "--method", method, "--pulses", "\(pulses)", "--checkpoints", "\(checkpoints)",
            "--averages", "1",
          ])
      )
    }
  }

  @Test func threeHundredKillsOfEachSide() async throws {
    let lab = try BoardLab()
    let board = try lab.board()
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, least: 300, seed: 7_331, settle: 120_000,
      Self.calibrations(of: lab, on: board.selector, long: 60_000))
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
      Self.calibrations(of: lab, on: board.selector, long: 60_000, checkpoints: 6))
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

  /// Trainings go on from their checkpoints and their ledgers.
  @Test func killsInTrainings() async throws {
    let lab = try BoardLab(tiles: 2)
    let board = try lab.board()
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, least: 60, seed: 7_333, waits: true, settle: 400_000
    ) { run, _ in ("run-\(run)", try lab.training(board.selector, out: "run-\(run)")) }
    board.stop()
    let hits = try lab.hits()
    print(
      "BoardKillTests: training: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)"
    )
    #expect(hosts >= 60 && boards >= 60)
    #expect(hits.waiting + hits.answerLost > 0)
    for tile in 0..<2 {
      let counts = try await lab.physics(tile: tile)
      #expect(counts.totals.all > 0)
      try lab.expectPhysics(tile: tile, up: counts.up, down: counts.down)
    }
  }

  @Test(.enabled(if: QEMUBoard.isPossible)) func killsInTrainingsOnQEMU() throws {
    let lab = try BoardLab(tiles: 2)
    let board = try QEMUBoard(in: lab.scratch.url)
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, least: 12, seed: 7_334, waits: true, settle: 900_000
    ) { run, _ in ("run-\(run)", try lab.training(board.selector, out: "run-\(run)")) }
    let hits = try lab.hits()
    let counts = try (0..<QEMUBoard.tiles).map { try board.physics(tile: $0) }
    board.losePower()
    print(
      "BoardKillTests: training on QEMU: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)"
    )
    #expect(hosts >= 12 && boards >= 12)
    for tile in counts.indices {
      #expect(counts[tile].up.contains { $0 > 0 })
      try lab.expectPhysics(tile: tile, up: counts[tile].up, down: counts[tile].down)
    }
  }
}

import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Testing

/// Host and board are killed over and over during calibrations: nothing is fired twice, and nothing is lost.
@Suite(.serialized) struct BoardKillTests {
  /// A calibration that is killed on both sides in each round.
  ///
  /// - Parameters:
  ///   - settle: the longest time in microseconds from the start of the host to the kill of the board.
  private static func kill(
    _ board: any PoweredBoard, of lab: BoardLab, rounds: Int, seed: UInt64,
    settle: Int, _ settings: [[String]]
  ) throws -> (hostKills: Int, boardKills: Int, runs: Int) {
    print("BoardKillTests: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    var (hostKills, boardKills, run) = (0, 0, 0)
    for round in 0..<rounds {
      let kind = settings[round * settings.count / rounds]
      let out = "\(kind[1])-\(run)"
      let outcome = try Command.run(lab.calibration(board.selector, out: out, kind)) { host in
        usleep(UInt32(30_000 + random.integer(below: settle)))
        try board.loseAndRegainPower()
        boardKills += 1
        // The host is about to look for the board, or finds it again and goes on.
        usleep(UInt32(random.integer(below: 250_000)))
        hostKills += Foundation.kill(host, SIGKILL) == 0 ? 1 : 0
      }
      let record = try? String(
        contentsOf: lab.scratch.file("\(out)/run.json"), encoding: .utf8)
      if record?.contains("\"finished\"") == true { run += 1 }
      let isExpected = [SIGKILL, 0, 69, 74].contains(outcome.status)
      #expect(isExpected, "round \(round): \(outcome.status): \(outcome.errors)")
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
  private static func settings(long: Int) -> [[String]] {
    [("zero-shift", 900), ("zero-shift-cyclic", long)].map { method, pulses in
      [
        "--method", method, "--pulses", "\(pulses)", "--checkpoints", "30", "--averages", "1",
      ]
    }
  }

  @Test func threeHundredKillsOfEachSide() async throws {
    let lab = try BoardLab()
    let board = try lab.board()
    let (hosts, boards, runs) = try Self.kill(
      board, of: lab, rounds: 305, seed: 7_331, settle: 150_000, Self.settings(long: 60_000))
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
      board, of: lab, rounds: 30, seed: 7_332, settle: 300_000, Self.settings(long: 3_000))
    let counts = try board.physics()
    board.losePower()
    let hits = try lab.hits()
    print(
      "BoardKillTests: QEMU: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)"
    )
    #expect(hits.waiting + hits.answerLost > 0 && hits.broken > 0)
    #expect(hits.mostUncertain <= 16)
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }
}

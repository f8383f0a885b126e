import BoardTransport
import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import Synchronization
import Testing

/// One plan on every kind of board, and on a line that is pulled.
@Suite(.serialized) struct BoardCampaignTests {
  /// A plan for the array of the board on QEMU, whose cells are others: totals must not be.
  @Test(.enabled(if: QEMUBoard.isPossible)) func thePlanDecidesTheTotals() throws {
    let scratch = try Scratch()
    let side = QEMUBoard.side
    let chip = { (name: String) in
      "sim:low-noise?rows=\(side)&columns=\(side)&seed=5&state=\(scratch.file(name).path)"
    }
    let overTCP = try BoardProcess(device: chip("tcp.state"), in: scratch)
    let overTerminal = try BoardProcess(
      device: chip("terminal.state"), in: scratch, link: "terminal")
    let emulated = try QEMUBoard(in: scratch.url)
    let devices = [
      ("simulator", chip("sim.state")), ("tcp", overTCP.selector),
      ("terminal", overTerminal.selector), ("qemu", emulated.selector),
    ]
    for (method, pulses) in [("zero-shift", 20), ("zero-shift-cyclic", 100)] {
      var totals: [String: PulseSums] = [:]
      for (name, device) in devices {
        let out = scratch.file("\(name)-\(method)").path
        let outcome = try Command.run([
          "calibrate", "--device", device, "--seed", "5", "--method", method, "--pulses",
          "\(pulses)", "--checkpoints", "5", "--averages", "2", "--out", out, "--home",
          scratch.file("home").path, "--chip", name,
        ])
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        let audit = try Command.run(["audit", out])
        #expect(audit.status == 0, "\(name): \(audit.output)")
        var sums = try LedgerAudit.of(out + "/ledger.sqlite").total
        // Which of them know energies, and how long a train takes, is theirs.
        (sums.energy, sums.duration) = (0, 0)
        totals[name] = sums
      }
      #expect(totals["simulator"]?.fired.all == side * side * pulses)
      for (name, sums) in totals { #expect(sums == totals["simulator"], "\(name), \(method)") }
    }
  }

  /// The line is gone for longer than a host waits for it: the same command goes on when it is back.
  @Test func theSameCommandGoesOnWhenTheLineIsBack() async throws {
    let seed: UInt64 = 20_265
    print("BoardCampaignTests.line: seed \(seed)")
    var random = RandomStream(seed: seed, stream: 0)
    let lab = try BoardLab()
    let board = try lab.board()
    let relay = try Relay(to: board.selector)
    let settings = [
      "--pulses", "40000", "--checkpoints", "40", "--averages", "2", "--method",
      "zero-shift-cyclic",
    ]
    let command = lab.calibration(relay.selector, out: "run", settings)
    for cut in 1...3 {
      let outcome = try Command.run(command) { host in
        ChipLab.wait {
          (try? LedgerReader(lab.scratch.file("run/ledger.sqlite").path).lastRecord()).map {
            $0 >= 20 * cut
          } ?? false
        }
        usleep(UInt32(random.integer(below: 20_000)))
        relay.cut()
      }
      #expect(outcome.status == 69, "cut \(cut): \(outcome.status) \(outcome.errors)")
      #expect(relay.hasCut, "the line was not cut")
      try relay.join()
    }
    let last = try Command.run(command)
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.errors.contains("not fired again"))
    board.stop()
    try lab.expectBalance("run")
    let hits = try lab.hits()
    print("BoardCampaignTests.line: \(hits)")
    // No power was lost, so the board knows each pulse, and every cell has had what was asked for.
    #expect(hits.mostUncertain == 0)
    let counts = try await lab.physics()
    #expect(counts.up.allSatisfy { $0 == 20_000 } && counts.down.allSatisfy { $0 == 20_000 })
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }
}

/// A line between a host and a board that can be pulled out, and put back in.
private final class Relay: Sendable {
  private struct State {
    var isCut = false
    var isDone = false
    var cuts = 0
  }

  let selector: String
  private let port: UInt16, boardPort: UInt16
  private let state = Mutex(State())

  init(to board: String) throws {
    let listener = try TCPListener()
    port = listener.port
    selector = "tcp:127.0.0.1:\(port)"
    boardPort = UInt16(board.split(separator: ":").last ?? "") ?? 0
    Self.start(listener, boardPort, self)
  }

  deinit { state.withLock { $0.isDone = true } }

  /// Pulls the line out: the host finds nobody until ``join()``.
  func cut() {
    state.withLock { $0.isCut = true }
    ChipLab.wait { hasCut }
  }

  /// Whether the line is out.
  var hasCut: Bool { state.withLock { $0.isCut && $0.cuts > 0 } }

  /// Puts the line back in.
  func join() throws {
    state.withLock { ($0.isCut, $0.cuts) = (false, 0) }
    Self.start(try TCPListener(port: port), boardPort, self)
  }

  private static func start(_ listener: sending TCPListener, _ board: UInt16, _ relay: Relay) {
    let lines = Lines(listener)
    let thread = Thread { [weak relay] in
      while relay?.isGoing ?? false { lines.pass(to: board) }
      lines.close()
      relay?.state.withLock { $0.cuts += 1 }
    }
    thread.start()
  }

  private var isGoing: Bool { state.withLock { !$0.isCut && !$0.isDone } }

  /// The two ends; they belong to the thread of the relay, which alone touches them.
  private final class Lines: @unchecked Sendable {
    private let host: TCPListener
    private var board: TCPTransport?

    init(_ host: TCPListener) { self.host = host }

    /// Passes on what there is, or waits for a moment.
    func pass(to port: UInt16) {
      do throws(TransportError) {
        let down = try host.read(most: 1 << 16)
        if host.isHostPresent, board == nil {
          board = try TCPTransport(host: "127.0.0.1", port: port)
        } else if !host.isHostPresent {
          board = nil
        }
        var rest = down[...]
        while !rest.isEmpty, let board { rest = rest.dropFirst(try board.write(rest)) }
        var up = try board?.read(most: 1 << 16)[...] ?? []
        if up.isEmpty, down.isEmpty { usleep(200) }
        while !up.isEmpty { up = up.dropFirst(try host.write(up)) }
      } catch {
        board = nil
        host.disconnect()
      }
    }

    func close() {
      board = nil
      host.close()
    }
  }
}

import Foundation
import Testing

@Suite struct BoardCommandTests {
  static let geometry = "rows=8&columns=8&seed=20263"

  /// The commands of a user with a board: described, verified without a pulse, calibrated, audited; and the
  /// numbers are those of the simulator.
  @Test func aBoardIsCalibratedLikeTheSimulator() throws {
    let scratch = try Scratch()
    let board = try BoardProcess(
      device: "sim:low-noise?\(Self.geometry)&state=\(scratch.file("chip.state").path)", in: scratch
    )
    let home = ["--home", scratch.file("home").path]
    let described = try Command.run(["describe", "--device", board.selector])
    #expect(described.status == 0 && described.output.contains("8 rows x 8 columns"))
    let asked = [
      "--pulses", "40", "--checkpoints", "8", "--averages", "2", "--method", "zero-shift",
    ]
    let run = scratch.file("board").path
    let onBoard = try Command.run(
      ["calibrate", "--device", board.selector, "--seed", "20263", "--out", run] + asked + home)
    #expect(onBoard.status == 0, "\(onBoard.errors)")
    let simulated = try Command.run(
      [
        "calibrate", "--device", "sim:low-noise?\(Self.geometry)", "--out",
        scratch.file("sim").path,
      ]
        + asked)
    #expect(simulated.status == 0, "\(simulated.errors)")
    for map in ["symmetric-point", "half-width", "pulses-up", "pulses-down"] {
      let name = "maps/\(map).npy"
      #expect(
        try Data(contentsOf: scratch.file("board/\(name)"))
          == Data(contentsOf: scratch.file("sim/\(name)")), "\(map)")
    }
    let audit = try Command.run(["audit", run] + home)
    #expect(audit.status == 0, "\(audit.output)")
    let verified = try Command.run(["verify", "--device", board.selector])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    // Verifying has left no pulse on the chip that its ledger does not know.
    let compared = try Command.run(["ledger", "reconcile", "--device", board.selector] + home)
    #expect(compared.status == 0, "\(compared.output)")
  }

  @Test func whatIsNotThereIsSaid() throws {
    let cases: [([String], Int32, [String])] = [
      (["describe", "--device", "serial:/dev/ttyNONE"], 69, ["/dev/ttyNONE"]),
      (["describe", "--device", "tcp:127.0.0.1:1"], 69, ["127.0.0.1", "nothing was fired"]),
      (["describe", "--device", "tcp:nowhere"], 64, ["HOST:PORT"]),
      (["describe", "--device", "serial:/dev/null?speed=3"], 64, ["speed", "baud"]),
      (["describe", "--device", "usb:1"], 64, ["usb"]),
      (["describe", "--device", "terminal:/etc/passwd"], 64, ["/etc/passwd"]),
      (["board", "--link", "pigeon"], 64, ["pigeon"]),
      (["board", "--faults", "drop=2"], 64, ["drop=2"]),
      (["board", "--device", "sim:low-noise?adc_bits=0"], 64, ["converter"]),
    ]
    for (arguments, status, parts) in cases {
      let outcome = try Command.run(arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      for part in parts {
        #expect(outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
      }
    }
    let devices = try Command.run(["devices"])
    #expect(devices.status == 0, "\(devices.errors)")
  }
}

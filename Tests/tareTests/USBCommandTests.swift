import Foundation
import ReproducibleNoise
import Testing

/// The reference core on USB, whose power comes over the cable.
private final class USBBoard: PoweredBoard {
  let device: EmulatedDevice
  let folder: URL

  init(_ emulator: USBEmulator, in folder: URL) throws {
    self.folder = folder
    device = try EmulatedDevice(Self.settings(folder), on: emulator)
  }

  private static func settings(_ folder: URL) -> String {
    "board=core memory=\(folder.path)/board.memory cells=\(folder.path)/cells.state"
  }

  var selector: String { "usb:1209:0001:\(device.serialNumber)" }

  func loseAndRegainPower() throws {
    try device.unplug()
    try device.plug(Self.settings(folder))
  }

  func physics(tile: Int = 0) throws -> (up: [UInt32], down: [UInt32]) {
    try QEMUBoard.physics(of: folder.appendingPathComponent("cells.state"), tile: tile)
  }
}

/// The commands of a user whose board is plugged in over USB.
@Suite(.serialized, .enabled(if: USBEmulator.isPossible)) struct USBCommandTests {
  @Test func aBoardIsFoundAndCalibrated() throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let board = try USBBoard(emulator, in: lab.scratch.url)
    let listed = try lab.command(["devices", "--json"])
    #expect(
      listed.status == 0 && listed.output.contains("\"\(board.selector)\""), "\(listed.output)")
    let described = try lab.command(["describe", "--device", board.selector])
    #expect(described.status == 0 && described.output.contains("16 rows x 16 columns"))
    // One board: its numbers are name enough.
    let run = try lab.command(lab.calibration("usb:1209:0001", out: "run"))
    #expect(run.status == 0, "\(run.errors)")
    try lab.expectBalance("run")
    let counts = try board.physics()
    #expect(counts.up.contains { $0 > 0 })
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }

  /// A virtual board behind the device; the suite of `tare verify` fires nothing on it.
  @Test func aBoardIsVerified() throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let board = try lab.board()
    let port = try #require(board.selector.split(separator: ":").last)
    let device = try EmulatedDevice("board=127.0.0.1:\(port)", on: emulator)
    let verified = try lab.command(["verify", "--device", "usb:1209:0001:\(device.serialNumber)"])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  /// Both start at once; who comes second is told who has it, and has fired nothing.
  @Test(arguments: 0..<5)
  func twoCommandsRace(round: Int) async throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let board = try USBBoard(emulator, in: lab.scratch.url)
    let lines = ["a", "b"].map { name in
      lab.calibration(
        board.selector, out: name, ["--pulses", "900", "--checkpoints", "30", "--averages", "1"])
    }
    async let one = Command.runAside(lines[0], environment: emulator.environment)
    // umockdev knows those who listen for devices by the number of their socket, so two that start at once must
    // have different ones.
    async let two = Command.runAside(
      lines[1], environment: emulator.environment, freeDescriptors: 40)
    let outcomes = try await [one, two].sorted { $0.status < $1.status }
    #expect(outcomes.map(\.status) == [0, 75], "\(outcomes.map(\.errors))")
    #expect(outcomes[1].errors.contains("(process "), "\(outcomes[1].errors)")
    let out = try lab.command(["audit", lab.scratch.file("a").path]).status == 0 ? "a" : "b"
    try lab.expectBalance(out)
    let counts = try board.physics()
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }

  /// Another program stops the board that one drives.
  @Test func theStopReachesABoardThatIsHeld() throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let board = try USBBoard(emulator, in: lab.scratch.url)
    let line = lab.calibration(
      board.selector, out: "run", ["--method", "zero-shift-cyclic", "--pulses", "60000"])
    let held = try Command.run(line, environment: emulator.environment) { host in
      ChipLab.wait { (try? board.physics().up.contains { $0 > 0 }) ?? false }
      let busy = try lab.command(["describe", "--device", board.selector])
      #expect(busy.status == 75 && busy.errors.contains("(process \(host))"), "\(busy.errors)")
      let stopped = try lab.command(["stop", "--device", board.selector])
      #expect(stopped.status == 0, "\(stopped.errors)")
    }
    #expect(
      held.status == 69 || held.status == 71 || held.status == 74, "\(held.status): \(held.errors)")
    #expect(held.errors.contains("emergency stop"), "\(held.errors)")
    #expect(try board.device.count("stops") == 1)
    // It stays latched, also over a loss of power.
    try board.loseAndRegainPower()
    #expect(try lab.command(line).status != 0)
    let cleared = try lab.command(["stop", "--clear", "--device", board.selector])
    #expect(cleared.status == 0, "\(cleared.errors)")
    try lab.finish(lab.calibration(board.selector, out: "after"))
    let counts = try board.physics()
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }

  /// Host and board are killed in turn; the board by unplugging it, which takes its power.
  @Test func killsOnUSB() throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let board = try USBBoard(emulator, in: lab.scratch.url)
    let (hosts, boards, runs) = try BoardKillTests.kill(
      board, of: lab, least: 30, seed: 7_336, waits: true, settle: 400_000,
      BoardKillTests.calibrations(of: lab, on: board.selector, long: 600_000, checkpoints: 6))
    let hits = try lab.hits()
    print(
      "USBCommandTests: \(hosts) kills of the host, \(boards) of the board, \(runs) runs; \(hits)")
    #expect(hosts >= 30 && boards >= 30)
    #expect(hits.waiting + hits.answerLost > 0 && hits.broken > 0)
    #expect(hits.mostUncertain <= 16)
    let counts = try board.physics()
    try lab.expectPhysics(up: counts.up, down: counts.down)
  }

  @Test func whatIsNotThereIsSaid() throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let none = try lab.command(["describe", "--device", "usb:1209:0001"])
    #expect(none.status == 69 && none.errors.contains("nothing was fired"), "\(none.errors)")
    let two = try (0..<2).map { _ in try EmulatedDevice(on: emulator) }
    let many = try lab.command(["describe", "--device", "usb:1209:0001"])
    #expect(many.status == 64, "\(many.errors)")
    for device in two { #expect(many.errors.contains("usb:1209:0001:\(device.serialNumber)")) }
  }

  /// It has the numbers and the interface of a board: it is greeted, and no more.
  @Test(arguments: ["text", "echo", "silent"])
  func anotherProtocolIsGreetedAndNoMore(kind: String) throws {
    let emulator = try USBEmulator()
    let lab = try BoardLab(environment: emulator.environment)
    let device = try EmulatedDevice("board=\(kind)", on: emulator)
    let selector = "usb:1209:0001:\(device.serialNumber)"
    let outcome = try lab.command(["calibrate", "--device", selector, "--pulses", "4"])
    #expect(outcome.status == 69, "\(outcome.status): \(outcome.errors)")
    #expect(outcome.errors.contains("nothing was fired"), "\(outcome.errors)")
    let frames = try device.received.split(separator: 0)
    #expect(!frames.isEmpty)
    // Behind the code byte of COBS stand the version and the type, of which HELLO is 1.
    for frame in frames {
      #expect(Array(frame.prefix(3).suffix(2)) == [0x10, 0x01], "\(frame)")
    }
  }
}

import Foundation
import Testing

/// What is plugged in over USB, as the commands list it, watch it and find it again.
@Suite(.serialized, .enabled(if: USBEmulator.isPossible)) struct USBDevicesTests {
  private struct Told: Decodable {
    struct Board: Decodable { let model: String }

    let device, kind, path: String
    let usb, product, serialNumber: String?
    let mayBeOpened: Bool
    let board: Board?
    let noBoard: String?
  }

  private static func devices(
    _ emulator: USBEmulator, _ arguments: [String] = []
  ) throws -> [Told] {
    let outcome = try Command.run(
      ["devices", "--json"] + arguments, environment: emulator.environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode([Told].self, from: Data(outcome.output.utf8))
  }

  /// Boards and serial ports stand on one list, for which nothing is sent to any of them.
  @Test func allThatIsConnectedIsOnOneList() throws {
    let emulator = try USBEmulator()
    let board = try EmulatedDevice("board=echo product=Crossbar%20board", on: emulator)
    try emulator.tell("tty adapter path=ttyUSB3 serial=FT-1 interface=FF/00/00 product=Adapter")
    let listed = try Self.devices(emulator)
    #expect(listed.map(\.kind) == ["usb", "serial"])
    #expect(listed.map(\.device) == ["usb:1209:0001:\(board.serialNumber)", "serial:/dev/ttyUSB3"])
    #expect(listed.map(\.usb) == ["1209:0001", "1209:0001"])
    #expect(listed.map(\.serialNumber) == [board.serialNumber, "FT-1"])
    #expect(listed.map(\.product) == ["Crossbar board", "Adapter"])
    #expect(listed.allSatisfy { $0.mayBeOpened })
    #expect(try board.count("claims") == 0 && board.received.isEmpty)
    let doctor = try Command.run(["doctor"], environment: emulator.environment)
    #expect(doctor.output.contains("usb:1209:0001:\(board.serialNumber): Crossbar board may be"))
    #expect(try board.count("claims") == 0)
  }

  /// The same numbers and the same interface: only the greeting tells a board from what is none.
  @Test func whoAnswersIsABoard() throws {
    let emulator = try USBEmulator()
    let board = try EmulatedDevice("board=core", on: emulator)
    let others = try ["silent", "echo", "text"].map {
      try EmulatedDevice("board=\($0)", on: emulator)
    }
    let told = try Self.devices(emulator, ["--ask", "--within", "10"])
    #expect(told.count == 4)
    for one in told {
      #expect((one.board != nil) == (one.serialNumber == board.serialNumber), "\(one)")
      #expect((one.noBoard == nil) == (one.serialNumber == board.serialNumber), "\(one)")
    }
    for other in others {
      let frames = try other.received.split(separator: 0)
      #expect(!frames.isEmpty)
      // Behind the code byte of COBS stand the version and the type, of which HELLO is 1.
      #expect(frames.allSatisfy { Array($0.prefix(3).suffix(2)) == [0x10, 0x01] }, "\(frames)")
    }
  }

  /// A board with a serial port and an interface on USB is one board, whichever of them somebody drives it over.
  @Test func aBoardThatIsDrivenOverUSBIsNotAskedOverItsSerialPort() throws {
    let emulator = try USBEmulator()
    try emulator.tell("tty board path=ttyACM3 serial=SN-9")
    let node = try #require(try Self.devices(emulator).first { $0.kind == "usb" }?.path)
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = ["flock", emulator.folder + node, "cat"]
    let (input, output) = (Pipe(), Pipe())
    (holder.standardInput, holder.standardOutput) = (input, output)
    try holder.run()
    defer {
      try? input.fileHandleForWriting.close()
      holder.waitUntilExit()
    }
    // What it gives back it has got behind the lock.
    input.fileHandleForWriting.write(Data("ready\n".utf8))
    try #require(!output.fileHandleForReading.availableData.isEmpty)
    let told = try Self.devices(emulator, ["--ask"])
    #expect(told.map(\.kind) == ["usb", "serial"])
    #expect(told.map(\.mayBeOpened) == [false, true])
    #expect(told.last?.noBoard?.contains("not asked: usb:1209:0001:SN-9") == true, "\(told)")
    // Nor is it driven over the other line.
    let opened = try Command.run(
      ["describe", "--device", "serial:/dev/ttyACM3"], environment: emulator.environment)
    #expect(
      opened.status == 75 && opened.errors.contains(node), "\(opened.status) \(opened.errors)")
  }

  /// A board may call itself anything; none of it is a command to the terminal.
  @Test func namesDoNotReachTheTerminalAsTheyAre() throws {
    let emulator = try USBEmulator()
    let board = try EmulatedDevice(
      "board=core serial=X%1b[31mY?&= product=A%1b[2Jboard", on: emulator)
    let name = "usb:1209:0001:X%1B[31mY%3F%26%3D"
    for arguments in [["devices"], ["devices", "--ask", "--within", "10"], ["doctor"]] {
      let page = try Command.run(arguments, environment: emulator.environment)
      #expect(page.output.contains(name), "\(page.output)")
      #expect(!(page.output + page.errors).contains("\u{1B}"))
    }
    // The name on the list opens it.
    let described = try Command.run(
      ["describe", "--device", name], environment: emulator.environment)
    #expect(described.status == 0, "\(described.errors)")
    withExtendedLifetime(board) {}
  }

  @Test func comingAndGoingIsTold() throws {
    let emulator = try USBEmulator()
    let first = try EmulatedDevice(on: emulator)
    let scratch = try Scratch()
    let (output, errors) = (scratch.file("stdout"), scratch.file("stderr"))
    for url in [output, errors] { try Data().write(to: url) }
    let handles = try [output, errors].map { try FileHandle(forWritingTo: $0) }
    defer { for handle in handles { try? handle.close() } }
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = ["devices", "--watch"]
    process.environment = ProcessInfo.processInfo.environment.merging(emulator.environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    // A device may be seen before its node is there, and is told once more then.
    func lines(_ url: URL) -> [String] {
      ((try? String(contentsOf: url, encoding: .utf8)) ?? "").split(separator: "\n")
        .filter { !$0.hasPrefix("~") }
        .map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }
    func name(_ device: EmulatedDevice) -> String { "usb:1209:0001:\(device.serialNumber)" }
    ChipLab.wait { !lines(errors).isEmpty }
    var expected = ["= \(name(first))"]
    #expect(lines(output) == expected)
    let second = try EmulatedDevice(on: emulator)
    expected.append("+ \(name(second))")
    ChipLab.wait { lines(output) == expected }
    try first.unplug()
    expected.append("- \(name(first))")
    ChipLab.wait { lines(output) == expected }
    try emulator.tell("tty adapter path=ttyUSB3 serial=FT-1 interface=FF/00/00")
    expected.append("+ serial:/dev/ttyUSB3")
    ChipLab.wait { lines(output) == expected }
    // At another port it is another arrival.
    try first.plug("bus=2")
    expected.append("+ \(name(first))")
    ChipLab.wait { lines(output) == expected }
    #expect(lines(output) == expected)
    kill(process.processIdentifier, SIGINT)
    ChipLab.wait { !process.isRunning }
    #expect(!process.isRunning && process.terminationStatus == 0)
  }
}

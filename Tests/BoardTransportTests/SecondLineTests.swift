import Testing

@testable import BoardTransport

/// A board that somebody drives over one of its lines is not opened over another.
@Suite struct SecondLineTests {
  let machine = BoardLineTests.Machine()

  /// To a board with two lines, who opens the second comes after who has the first.
  @Test func aBoardThatIsDrivenOverItsOtherLineIsLeftAlone() throws {
    let (device, terminal) = (
      PortDiscoveryTests.device("A", place: "1-1"),
      PortDiscoveryTests.port("/dev/ttyACM0", "A", place: "1-1")
    )
    machine.set { ($0.devices, $0.ports) = ([device], [terminal]) }
    let lines = [
      (machine.line(BoardLineTests.serial(terminal.path)), device.path),
      (machine.line(device.selector), terminal.path),
    ]
    // The first opening and a later one.
    for count in [0, 2] {
      for (line, other) in lines {
        machine.set { $0.locked = [other: PortHolder(process: 4711, command: "tare")] }
        let error = failure { _ = try line.open() }
        #expect(error?.code == .busy)
        #expect(error?.explanation.contains("tare (process 4711) has \(other)") == true)
      }
      #expect(machine.opened.count == count)
      machine.set { $0.locked = [:] }
      for (line, _) in lines { _ = try line.open() }
    }
  }

  /// An adapter has serial ports to several boards.
  @Test func anotherPortOfAnAdapterIsInNobodysWay() throws {
    machine.set {
      $0.ports = [
        PortDiscoveryTests.port("/dev/ttyUSB0", "A", place: "1-1", interface: 0),
        PortDiscoveryTests.port("/dev/ttyUSB1", "A", place: "1-1", interface: 1),
      ]
      $0.locked = ["/dev/ttyUSB0": PortHolder(process: 4711, command: "tare")]
    }
    _ = try machine.line(BoardLineTests.serial("/dev/ttyUSB1")).open()
  }
}

import Synchronization
import Testing

@testable import BoardTransport

/// A board that comes back at another port is found, and another one in its place is not opened.
@Suite struct BoardLineTests {
  /// A machine with ports that change.
  final class Machine: Sendable {
    struct State {
      var ports: [SerialPort] = []
      var devices: [USBDevice] = []
      var links: [String: String] = [:]
      var opened: [String] = []
      /// Nodes that somebody has locked.
      var locked: [String: PortHolder] = [:]
      /// What happens while a port is opened.
      var meanwhile: (@Sendable (inout State) -> Void)?
    }

    let state = Mutex(State())

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var opened: [String] { state.withLock { $0.opened } }

    func line(_ selector: TransportSelector) -> BoardLine {
      var ports = BoardLine.Ports()
      ports.devices = { () throws(TransportError) in self.state.withLock { $0.devices } }
      ports.serial = { () throws(TransportError) in self.state.withLock { $0.ports } }
      ports.port = { path in
        self.state.withLock { state in
          state.ports.first { $0.path == state.links[path] ?? path }
        }
      }
      ports.locked = { kind, place in
        self.state.withLock { state in
          let paths =
            kind == .usb
            ? state.devices.filter { $0.place == place }.map(\.path)
            : state.ports.filter { $0.place == place }.map(\.path)
          return paths.compactMap { path in
            state.locked[path].map { LockedNode(path: path, holders: [$0]) }
          }
        }
      }
      ports.open = { selector throws(TransportError) in
        let isThere = self.state.withLock { state in
          guard case .serial(let path, _) = selector else { return true }
          return state.ports.contains { $0.path == state.links[path] ?? path }
        }
        guard isThere else { throw TransportError(.notFound, "\(selector)", "no such port") }
        self.set {
          $0.opened.append("\(selector)")
          $0.meanwhile?(&$0)
        }
        return try PipeTransport.pair().host
      }
      return BoardLine(selector, ports)
    }
  }

  static func serial(_ path: String) -> TransportSelector {
    .serial(path: path, baudRate: 921_600)
  }

  let machine = Machine()

  func port(_ path: String, _ number: String?, _ interface: UInt8 = 0, place: String = "1-1")
    -> SerialPort
  {
    PortDiscoveryTests.port(path, number, place: place, interface: interface)
  }

  @Test func aBoardThatComesBackElsewhereIsFound() throws {
    machine.set { $0.ports = [port("/dev/ttyACM0", "A")] }
    let line = machine.line(Self.serial("/dev/ttyACM0"))
    _ = try line.open()
    machine.set { $0.ports = [port("/dev/ttyACM1", "A", place: "2-3")] }
    _ = try line.open()
    // And back again.
    machine.set { $0.ports = [port("/dev/ttyACM0", "A")] }
    _ = try line.open()
    #expect(
      machine.opened == [
        "serial:/dev/ttyACM0?baud=921600", "serial:/dev/ttyACM1?baud=921600",
        "serial:/dev/ttyACM0?baud=921600",
      ])
  }

  @Test func anotherBoardInItsPlaceIsLeftAlone() throws {
    machine.set { $0.ports = [port("/dev/ttyACM0", "A")] }
    let line = machine.line(Self.serial("/dev/ttyACM0"))
    _ = try line.open()
    machine.set { $0.ports = [port("/dev/ttyACM0", "B")] }
    let error = failure { _ = try line.open() }
    // The driver looks for a while for what was not found.
    #expect(error?.code == .notFound)
    #expect(error?.explanation.contains("1209:0001 with the serial number A is gone") == true)
    #expect(error?.explanation.contains("serial number B") == true)
    machine.set { $0.ports.append(port("/dev/ttyACM7", "A", place: "2-3")) }
    _ = try line.open()
    #expect(machine.opened.last == "serial:/dev/ttyACM7?baud=921600")
    #expect(machine.opened.count == 2)
  }

  /// A board with two ports comes back with both of them.
  @Test func theSameInterfaceIsOpened() throws {
    machine.set { $0.ports = [port("/dev/ttyACM0", "A", 0), port("/dev/ttyACM1", "A", 2)] }
    let line = machine.line(Self.serial("/dev/ttyACM1"))
    _ = try line.open()
    machine.set { $0.ports = [port("/dev/ttyACM1", "A", 0), port("/dev/ttyACM2", "A", 2)] }
    _ = try line.open()
    #expect(machine.opened.last == "serial:/dev/ttyACM2?baud=921600")
  }

  @Test func aLinkIsFollowedEachTime() throws {
    machine.set {
      ($0.ports, $0.links) = ([port("/dev/ttyACM0", "A")], ["/dev/board": "/dev/ttyACM0"])
    }
    let line = machine.line(Self.serial("/dev/board"))
    _ = try line.open()
    // The link still leads to the old path, where another board is.
    machine.set { $0.ports = [port("/dev/ttyACM0", "B"), port("/dev/ttyACM1", "A")] }
    _ = try line.open()
    #expect(machine.opened.last == "serial:/dev/ttyACM1?baud=921600")
    machine.set { $0.links = ["/dev/board": "/dev/ttyACM1"] }
    _ = try line.open()
    #expect(machine.opened.last == "serial:/dev/board?baud=921600")
  }

  /// Without a serial number, a device of the same kind at another port may be anybody's.
  @Test func withoutASerialNumberOnlyThePathCounts() throws {
    machine.set { $0.ports = [port("/dev/ttyACM0", nil)] }
    let line = machine.line(Self.serial("/dev/ttyACM0"))
    _ = try line.open()
    machine.set { $0.ports = [port("/dev/ttyACM1", nil)] }
    #expect(failure { _ = try line.open() }?.code == .notFound)
    machine.set { $0.ports = [PortDiscoveryTests.port("/dev/ttyACM0", product: 2, place: "1-1")] }
    #expect(failure { _ = try line.open() }?.explanation.contains("1209:0002") == true)
    machine.set { $0.ports = [port("/dev/ttyACM0", nil)] }
    _ = try line.open()
    #expect(machine.opened.count == 2)
  }

  @Test func twoDevicesWithOneSerialNumberAreNotGuessedAt() throws {
    machine.set { $0.ports = [port("/dev/ttyACM0", "A")] }
    let line = machine.line(Self.serial("/dev/ttyACM0"))
    _ = try line.open()
    machine.set {
      $0.ports = [
        port("/dev/ttyACM1", "A", place: "2-1"), port("/dev/ttyACM2", "A", place: "2-2"),
      ]
    }
    #expect(failure { _ = try line.open() }?.explanation.contains("2 devices") == true)
    machine.set { $0.ports.append(port("/dev/ttyACM3", "A", place: "1-1")) }
    _ = try line.open()
    #expect(machine.opened.last == "serial:/dev/ttyACM3?baud=921600")
  }

  @Test func aPortOfTheMainboardIsOpenedByItsName() throws {
    machine.set { $0.ports = [PortDiscoveryTests.port("/dev/ttyS0", product: nil)] }
    let line = machine.line(Self.serial("/dev/ttyS0"))
    for _ in 0..<2 { _ = try line.open() }
    #expect(machine.opened.count == 2)
  }

  /// Named by its kind alone, the board that was opened first is the one ever after.
  @Test func aUSBDeviceIsPinnedToItsSerialNumber() throws {
    let named = TransportSelector.usb(USBSelector(vendor: 0x1209, product: 1))
    machine.set { $0.devices = [PortDiscoveryTests.device("A", place: "1-1")] }
    let line = machine.line(named)
    _ = try line.open()
    machine.set { $0.devices = [PortDiscoveryTests.device("B", place: "1-1")] }
    _ = try line.open()
    #expect(machine.opened == ["usb:1209:0001:A", "usb:1209:0001:A"])
  }

  /// Without a serial number, a device is known by where it is plugged in.
  @Test func aUSBDeviceWithoutSerialNumberIsPinnedToItsPlace() throws {
    machine.set { $0.devices = [PortDiscoveryTests.device(nil, place: "1-1")] }
    let line = machine.line(.usb(USBSelector(vendor: 0x1209, product: 1)))
    _ = try line.open()
    let others: [([USBDevice], String)] = [
      ([], "1-1 is gone"),
      ([PortDiscoveryTests.device(nil, place: "1-2")], "1-1 is gone"),
      ([PortDiscoveryTests.device("B", place: "1-1")], "serial number B is there now"),
      (
        [
          PortDiscoveryTests.device(nil, place: "1-1"),
          PortDiscoveryTests.device("B", place: "1-2"),
        ], "2 devices"
      ),
    ]
    for (devices, words) in others {
      machine.set { $0.devices = devices }
      let error = failure { _ = try line.open() }
      #expect(error?.code == .notFound)
      #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "")")
    }
    #expect(machine.opened.count == 1)
    // At another address, as after each plugging in.
    machine.set { $0.devices = [PortDiscoveryTests.device(nil, place: "1-1", address: 8)] }
    _ = try line.open()
    #expect(machine.opened == ["usb:1209:0001", "usb:1209:0001"])
  }

  /// The look comes before the opening, and another board may come between.
  @Test func aBoardThatComesInBetweenIsLeftAlone() throws {
    machine.set {
      $0.ports = [port("/dev/ttyACM0", "A")]
      $0.devices = [PortDiscoveryTests.device(nil, place: "1-1")]
    }
    let lines = [
      machine.line(Self.serial("/dev/ttyACM0")),
      machine.line(.usb(USBSelector(vendor: 0x1209, product: 1))),
    ]
    for line in lines { _ = try line.open() }
    let (another, device) = (
      port("/dev/ttyACM0", "B"), PortDiscoveryTests.device(nil, place: "1-2")
    )
    machine.set {
      $0.meanwhile = { ($0.ports, $0.devices) = ([another], [device]) }
    }
    for line in lines { #expect(failure { _ = try line.open() }?.code == .notFound) }
    #expect(machine.opened.count == 3)
  }

  /// Of two nothing is pinned: opening says that they are two.
  @Test func twoUSBDevicesAreNotGuessedAt() throws {
    let named = TransportSelector.usb(USBSelector(vendor: 0x1209, product: 1))
    machine.set {
      $0.devices = [
        PortDiscoveryTests.device("A", place: "1-1"), PortDiscoveryTests.device("B", place: "1-2"),
      ]
    }
    _ = try machine.line(named).open()
    #expect(machine.opened == ["usb:1209:0001"])
  }
}

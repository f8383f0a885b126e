import Testing

@testable import BoardTransport

@Suite struct PortChangeTests {
  static func board(
    _ serialNumber: String, _ path: String, _ access: PortAccess = .allowed
  ) -> ConnectedPort {
    ConnectedPort(
      selector: .serial(path: path, baudRate: 115_200), path: path, label: "a board",
      usb: USBIdentity(vendor: 0x1209, product: 1, serialNumber: serialNumber), access: access)
  }

  static let denied = PortAccess.denied(group: "dialout", explanation: "join dialout")
  static let held = PortAccess.held([])

  @Test func whatStaysIsNotTold() {
    let ports = [Self.board("A", "/dev/ttyACM0"), Self.board("B", "/dev/ttyACM1")]
    #expect(PortChange.between(ports, ports).isEmpty)
    #expect(PortChange.between(ports, ports.reversed()).isEmpty)
  }

  @Test func arrivalsAndDeparturesAreTold() {
    let (a, b) = (Self.board("A", "/dev/ttyACM0"), Self.board("B", "/dev/ttyACM1"))
    #expect(PortChange.between([a], [a, b]) == [.arrived(b)])
    #expect(PortChange.between([a, b], [b]) == [.departed(a)])
    #expect(PortChange.between([], [a, b]) == [.arrived(a), .arrived(b)])
  }

  /// The path is the same, the board is not.
  @Test func anotherBoardAtOnePathIsBoth() {
    let (a, b) = (Self.board("A", "/dev/ttyACM0"), Self.board("B", "/dev/ttyACM0"))
    #expect(PortChange.between([a], [b]) == [.departed(a), .arrived(b)])
  }

  @Test func permissionsAreTold() {
    let closed = Self.board("A", "/dev/ttyACM0", Self.denied)
    let open = Self.board("A", "/dev/ttyACM0")
    let held = Self.board("A", "/dev/ttyACM0", Self.held)
    #expect(PortChange.between([closed], [open]) == [.accessChanged(open)])
    #expect(PortChange.between([open], [closed]) == [.accessChanged(closed)])
    // Who holds it comes and goes with every command.
    #expect(PortChange.between([open], [held]).isEmpty)
    #expect(PortChange.between([held], [open]).isEmpty)
  }

  /// What a watch tells of lists that follow each other.
  @Test func aWatchTellsDifferences() async throws {
    let (a, b) = (Self.board("A", "/dev/ttyACM0"), Self.board("B", "/dev/ttyACM1"))
    let trouble = TransportError(.io, "serial ports", "listing failed")
    let watch = try PortWatch { PortDiscovery(ports: []) }
    let lists: [PortDiscovery] = [
      PortDiscovery(ports: [a]), PortDiscovery(ports: [a, b]),
      // Nothing is gone because it cannot be listed, and the trouble is told once.
      PortDiscovery(ports: [], troubles: [.serial: trouble]),
      PortDiscovery(ports: [], troubles: [.serial: trouble]),
      PortDiscovery(ports: [b]),
    ]
    for list in lists { await watch.compare(list) }
    watch.end()
    var told: [String] = []
    for await event in watch.events {
      switch event {
      case .connected(let found): told.append("connected \(found.ports.map(\.path))")
      case .changed(.arrived(let port)): told.append("+ \(port.path)")
      case .changed(.departed(let port)): told.append("- \(port.path)")
      case .changed(.accessChanged(let port)): told.append("~ \(port.path)")
      case .trouble(let error): told.append(error.explanation)
      }
    }
    #expect(
      told == [
        "connected [\"/dev/ttyACM0\"]", "+ /dev/ttyACM1", "listing failed", "- /dev/ttyACM0",
      ])
  }

  /// A watch looks by itself, at least once.
  @Test func aWatchBeginsWithWhatIsThere() async throws {
    let a = Self.board("A", "/dev/ttyACM0")
    let watch = try PortWatch { PortDiscovery(ports: [a]) }
    await watch.begin()
    for await event in watch.events {
      guard case .connected(let found) = event else {
        Issue.record("the first event is \(event)")
        return
      }
      #expect(found.ports == [a])
      break
    }
  }
}

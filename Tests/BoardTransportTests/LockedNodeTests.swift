import Foundation
import Testing

@testable import BoardTransport

/// Who has a board over its other line, by the folders of the system.
@Suite struct LockedNodeTests {
  @Test func locksOfADeviceAreFound() throws {
    let folder = try ScratchFolder()
    let files = FileManager.default
    let (terminal, node, other) = (
      try PseudoTerminal(), try PseudoTerminal(), try PseudoTerminal()
    )
    func link(_ name: String, to target: String) throws {
      let link = URL(fileURLWithPath: "\(folder.path)/\(name)")
      try files.createDirectory(
        at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
      try files.createSymbolicLink(atPath: link.path, withDestinationPath: target)
    }
    for (name, place, device) in [("ttyACM0", "1-4", terminal), ("ttyACM1", "1-4.2", other)] {
      let interface = "\(folder.path)/devices/usb1/\(place)/\(place):1.0"
      try files.createDirectory(atPath: interface, withIntermediateDirectories: true)
      try link("class/tty/\(name)/device", to: interface)
      try link("dev/\(name)", to: device.path)
    }
    try link("bus/usb/devices/1-4", to: "\(folder.path)/devices/usb1/1-4")
    _ = try folder.write("devices/usb1/1-4/busnum", "1\n")
    _ = try folder.write("devices/usb1/1-4/devnum", "42\n")
    try link("dev/bus/usb/001/042", to: node.path)
    func locked(_ kind: ConnectedPort.Kind) -> [LockedNode] {
      LockedNode.all(kind, at: "1-4", system: folder.path, nodes: folder.path + "/dev")
    }

    // Open is not locked, and another device is another device.
    let openers = try [terminal, node].map {
      try Bystander($0.path, "file = os.open(path, os.O_RDWR | os.O_NOCTTY)")
    }
    let elsewhere = try Bystander.locking(other.path)
    #expect(locked(.serial).isEmpty && locked(.usb).isEmpty)
    let lockers = try [terminal, node].map { try Bystander.locking($0.path) }
    #expect(locked(.serial).map(\.path) == [folder.path + "/dev/ttyACM0"])
    #expect(locked(.serial).first?.holders.map(\.process) == [lockers[0].number])
    #expect(locked(.usb).map(\.path) == [folder.path + "/dev/bus/usb/001/042"])
    #expect(locked(.usb).first?.holders.map(\.process) == [lockers[1].number])
    withExtendedLifetime((openers, elsewhere)) {}
  }

  /// The node of a USB device is open in many a service, which is in nobody's way; a terminal that is open is.
  @Test func openersCountWhereTheyAreInTheWay() throws {
    let node = try PseudoTerminal()
    let other = try Bystander(node.path, "file = os.open(path, os.O_RDWR | os.O_NOCTTY)")
    #expect(PortAccess.of(node.path, countingOpeners: false) == .allowed)
    guard case .held(let holders) = PortAccess.of(node.path) else {
      Issue.record("not held")
      return
    }
    #expect(holders.map(\.process) == [other.number])
  }
}

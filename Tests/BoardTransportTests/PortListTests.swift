import BoardTransport
import Foundation
import PortShim
import Testing

@Suite(.serialized) struct PortListTests {
  @Test func thePortsOfThisMachineAreListed() throws {
    for port in try PortList.ports() {
      #expect(port.path.hasPrefix("/dev/"))
      #expect(!port.label.isEmpty)
    }
  }

  @Test func aUSBDeviceSaysWhatItIs() throws {
    let (board, folder) = (try PseudoTerminal(), try ScratchFolder())
    let attributes = [
      "busnum": "1\n", "devnum": "2\n", "idVendor": "1209\n", "idProduct": "0a01\n",
      "manufacturer": "Bench\n", "product": "Crossbar board\u{1B}[31m\n", "serial": "X-17\n",
    ]
    for (name, text) in attributes { _ = try folder.write(name, text) }
    let port = folder.path.withCString { path in
      port_shim_set_usb_folder(path)
      defer { port_shim_set_usb_folder(nil) }
      return PortList.port(at: board.path)
    }
    #expect(port?.path == board.path)
    #expect(port?.label.hasPrefix("Crossbar board") == true)
    #expect(port?.usb?.identity == "1209:0a01")
    #expect(port?.usb?.vendorName == "Bench")
    #expect(port?.usb?.productName == "Crossbar board\u{FFFD}[31m")
    #expect(port?.usb?.serialNumber == "X-17")
  }

  @Test func aPortMayBeFreeOrHeld() throws {
    let board = try PseudoTerminal()
    #expect(PortList.port(at: board.path)?.access == .allowed)
    #expect(PortList.port(at: board.path)?.usb == nil)
    let other = try Bystander(board.path, "file = os.open(path, os.O_RDWR | os.O_NOCTTY)")
    // It has it open and has locked nothing.
    guard case .held(let holders) = PortList.port(at: board.path)?.access else {
      Issue.record("not held")
      return
    }
    #expect(holders.map(\.process) == [other.number])
    #expect(holders.first?.command?.contains("python") == true)
  }

  /// The name of a link leads to the same port.
  @Test func linksAreFollowed() throws {
    let (board, folder) = (try PseudoTerminal(), try ScratchFolder())
    let link = folder.path + "/board"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: board.path)
    #expect(PortList.port(at: link)?.path == board.path)
    #expect(PortList.port(at: "/dev/no-such-port") == nil)
  }

  @Test func aForbiddenPortIsListedWithItsGroup() throws {
    let board = try PseudoTerminal()
    try #require(chmod(board.path, 0) == 0)
    let before = port_shim_set_file_user(getuid() == 0 ? 65_534 : Int32(getuid()))
    let port = PortList.port(at: board.path)
    _ = port_shim_set_file_user(before)
    guard case .denied(let group, let explanation) = port?.access else {
      Issue.record("not denied: \(String(describing: port))")
      return
    }
    #expect(!group.isEmpty)
    #expect(explanation.contains("udev"))
  }
}

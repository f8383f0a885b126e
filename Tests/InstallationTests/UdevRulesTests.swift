import Foundation
import Testing

/// What the rules in `udev/` make of devices that are plugged in.
@Suite struct UdevRulesTests {
  static let both = UdevBench.board(
    "cafe:0002", product: "Array board", serial: "SN-7", interfaces: ":ff5401:020201:0a0000:")
  static let test = UdevBench.board(
    "1209:0001", product: "Tare board", serial: "T2", interfaces: ":020201:0a0000:")
  static let adapter = UdevBench.board(
    "0403:6014", product: "FT232H", serial: "FT1", interfaces: ":ffffff:")

  static func isLeftAlone(_ event: UdevEvent) -> Bool {
    event.tags.isEmpty && event.links.isEmpty && event.mode == nil && event.group == nil
      && event.written.isEmpty && event.properties["ID_TARE"] == nil
      && !event.properties.keys.contains { $0.hasPrefix("ID_MM_") || $0.hasPrefix("MTP_") }
  }

  @Test func filesSortBeforeTheirTagsAreUsed() throws {
    let names = try UdevBench.files().map(\.name)
    #expect(names == ["60-tare.rules", "61-tare-access.rules"])
    // uaccess is carried out there; lexically, as udev sorts.
    #expect(names.allSatisfy { $0 < "73-seat-late.rules" && $0 > "59-tare-lab.rules" })
  }

  @Test func oneFileMarksAndTheOtherGrants() throws {
    let grants: Set = ["MODE", "GROUP", "OWNER", "TAG"]
    let files = try UdevBench.files()
    let (marking, granting) = (files[0].rules, files[1].rules)
    #expect(!marking.contains { $0.clauses.contains { grants.contains($0.key) } })
    for rule in granting where rule.destination == nil && rule.label == nil {
      let set = rule.clauses.filter { !$0.operation.isMatch }
      #expect(!set.isEmpty && set.allSatisfy { grants.contains($0.key) }, "line \(rule.line)")
      let guardian = UdevClause(key: "ENV", attribute: "ID_TARE", operation: .equal, value: "1")
      #expect(rule.clauses.contains(guardian), "line \(rule.line) grants to anybody's device")
    }
  }

  @Test func aBoardIsKnownByItsInterface() throws {
    let event = try UdevBench.event(of: Self.both)
    #expect(event.properties["ID_TARE"] == "1")
    #expect(event.properties["ID_MM_DEVICE_IGNORE"] == "1")
    #expect(event.properties["MTP_NO_PROBE"] == "1")
    #expect(event.tags == ["uaccess"])
    #expect((event.mode, event.group) == ("0660", "plugdev"))
    #expect(event.written == ["power/control": "on"])
    #expect(event.links.isEmpty, "names are for terminals")
  }

  @Test(arguments: [
    ":ff5402:", ":ff5301:", ":ffff54:", ":0254ff:", ":020201:0a0000:", ":",
  ])
  func otherInterfacesAreNotOurs(interfaces: String) throws {
    let stranger = UdevBench.board("cafe:0002", product: "Tare", interfaces: interfaces)
    #expect(Self.isLeftAlone(try UdevBench.event(of: stranger)))
  }

  @Test func theTestNumberNeedsAProductThatSaysSo() throws {
    #expect(try UdevBench.event(of: Self.test).tags == ["uaccess"])
    let stranger = UdevBench.board(
      "1209:0001", product: "Blinking light", serial: "1", interfaces: ":020201:")
    #expect(Self.isLeftAlone(try UdevBench.event(of: stranger)))
    #expect(Self.isLeftAlone(try UdevBench.event(of: UdevBench.modemPort(of: stranger))))
    let neighbour = UdevBench.board("1209:0002", product: "Tare board", interfaces: ":020201:")
    #expect(Self.isLeftAlone(try UdevBench.event(of: neighbour)))
  }

  @Test(arguments: [Self.both, Self.test])
  func aPortOfABoardHasANameThatStays(board: UdevDevice) throws {
    let event = try UdevBench.event(of: UdevBench.modemPort("02", of: board))
    let serial = try #require(board.attributes["serial"])
    let numbers = try #require(
      board.attributes["idVendor"].flatMap { vendor in
        board.attributes["idProduct"].map { "\(vendor):\($0)" }
      })
    #expect(
      event.links == [
        "tare/by-serial/\(serial)", "tare/by-serial/\(serial)-if02",
        "tare/by-id/\(numbers):\(serial)", "tare/by-id/\(numbers):\(serial)-if02",
      ])
    #expect(event.properties["ID_MM_DEVICE_IGNORE"] == "1")
    #expect(event.properties["ID_MM_PORT_IGNORE"] == "1")
    #expect(event.tags == ["uaccess"])
    #expect(event.mode == "0660")
    #expect(event.group == nil, "the group of serial ports stays")
  }

  @Test func theFirstPortHasTheName() throws {
    let first = try UdevBench.event(of: UdevBench.modemPort("00", of: Self.test))
    let second = try UdevBench.event(of: UdevBench.modemPort("02", of: Self.test))
    #expect(first.linkPriority > second.linkPriority)
  }

  /// Serial numbers of a maker say nothing of those of another: 0001 is the first board of many.
  @Test func boardsOfTwoKindsAndOneNumberHaveNamesOfTheirOwn() throws {
    let links = try ["cafe:0002", "cafe:0003"].map { numbers in
      let board = UdevBench.board(numbers, serial: "0001", interfaces: ":ff5401:020201:0a0000:")
      return try UdevBench.event(of: UdevBench.modemPort(of: board)).links
    }
    let shared = links[0].intersection(links[1])
    #expect(shared == ["tare/by-serial/0001", "tare/by-serial/0001-if00"])
    #expect(links[0].contains("tare/by-id/cafe:0002:0001"))
    #expect(links[1].contains("tare/by-id/cafe:0003:0001"))
  }

  @Test func aSerialNumberLeadsToNoOtherFolder() throws {
    let board = UdevBench.board(
      "cafe:0002", serial: "../../null x", interfaces: ":ff5401:020201:")
    let event = try UdevBench.event(of: UdevBench.modemPort(of: board))
    #expect(event.links.count == 4)
    #expect(
      event.links.allSatisfy { $0.contains(/^tare\/by-(serial\/|id\/cafe:0002:)\.\._\.\._null_x/) })
  }

  @Test func aBoardWithoutSerialNumberHasNoName() throws {
    let board = UdevBench.board("cafe:0002", interfaces: ":ff5401:020201:")
    let event = try UdevBench.event(of: UdevBench.modemPort(of: board))
    #expect(event.links.isEmpty)
    #expect(event.tags == ["uaccess"])
  }

  @Test func strangersAreLeftAlone() throws {
    let (port, terminal) = UdevBench.adapterPort(of: Self.adapter, driver: "ftdi_sio")
    let mainboard = UdevDevice("ttyS0", subsystem: "tty", in: UdevBench.host)
    let disk = UdevDevice(
      "sda", subsystem: "block", in: UdevBench.interface("00", of: Self.both, driver: "storage"))
    let console = UdevDevice("tty1", subsystem: "tty")
    for device in [Self.adapter, port, terminal, mainboard, disk, console, UdevBench.hub] {
      #expect(Self.isLeftAlone(try UdevBench.event(of: device)), "\(device.name)")
    }
  }

  @Test func whatIsBehindABoardIsNotTheBoard() throws {
    // Somebody's stick in the hub of a board.
    let stick = UdevDevice(
      "1-4.1", subsystem: "usb",
      attributes: ["idVendor": "0781", "idProduct": "5567", "power/control": "auto"],
      properties: ["DEVTYPE": "usb_device", "interfaces": ":080650:"], in: Self.both)
    #expect(Self.isLeftAlone(try UdevBench.event(of: stick)))
    let behind = UdevDevice(
      "1-4.1", subsystem: "usb",
      attributes: ["idVendor": "0781", "idProduct": "5567", "power/control": "auto"],
      properties: ["DEVTYPE": "usb_device", "interfaces": ":080650:"], in: Self.test)
    #expect(Self.isLeftAlone(try UdevBench.event(of: behind)))
  }

  @Test(arguments: [Self.both, Self.test, UdevBench.modemPort(of: Self.both)])
  func nothingIsDoneWhenABoardGoes(device: UdevDevice) throws {
    #expect(Self.isLeftAlone(try UdevBench.event("remove", of: device)))
  }

  @Test(arguments: ["add", "bind", "change"])
  func aLabAddsItsAdapterByOneLine(action: String) throws {
    let line = try Self.labLine()
    let (port, terminal) = UdevBench.adapterPort(of: Self.adapter, driver: "ftdi_sio")
    let onPort = try UdevBench.event(action, of: port, lab: line)
    #expect(onPort.written == ["latency_timer": "1"])
    let onTerminal = try UdevBench.event(action, of: terminal, lab: line)
    #expect(
      onTerminal.links == [
        "tare/by-serial/FT1", "tare/by-serial/FT1-if00", "tare/by-id/0403:6014:FT1",
        "tare/by-id/0403:6014:FT1-if00",
      ])
    #expect(onTerminal.tags == ["uaccess"])
    #expect(onTerminal.written.isEmpty)
    #expect(try UdevBench.event(action, of: Self.adapter, lab: line).group == "plugdev")
    // Another adapter of the same kind is somebody else's.
    let other = UdevBench.board("0403:6014", serial: "FT2", interfaces: ":ffffff:")
    let stranger = UdevBench.adapterPort(of: other, driver: "ftdi_sio")
    #expect(Self.isLeftAlone(try UdevBench.event(action, of: stranger.terminal, lab: line)))
    #expect(Self.isLeftAlone(try UdevBench.event(action, of: stranger.port, lab: line)))
  }

  @Test func latencyIsSetOnceTheDriverIsThere() throws {
    let line = try Self.labLine()
    let early = UdevBench.adapterPort(of: Self.adapter, driver: "ftdi_sio", isBound: false)
    #expect(try UdevBench.event(of: early.port, lab: line).written.isEmpty)
    let other = UdevBench.adapterPort(of: Self.adapter, driver: "cp210x")
    #expect(try UdevBench.event("bind", of: other.port, lab: line).written.isEmpty)
  }

  /// The line that README.md shows for a lab's own adapter.
  static func labLine() throws -> String {
    let blocks = try RepositoryFile.text("udev/README.md").components(separatedBy: "```")
    return try #require(blocks.first { $0.hasPrefix("udev\n") }.map { String($0.dropFirst(5)) })
  }
}

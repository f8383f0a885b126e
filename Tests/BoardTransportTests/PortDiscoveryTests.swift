import Testing

@testable import BoardTransport

@Suite struct PortDiscoveryTests {
  static func device(
    _ serialNumber: String?, place: String, address: Int = 5, access: PortAccess = .allowed
  ) -> USBDevice {
    USBDevice(
      usb: USBIdentity(
        vendor: 0x1209, product: 1, productName: "Tare board", serialNumber: serialNumber),
      path: "/dev/bus/usb/001/00\(address)", place: place, access: access)
  }

  static func port(
    _ path: String, _ serialNumber: String? = nil, product: UInt16? = 1, place: String? = nil,
    interface: UInt8 = 0
  ) -> SerialPort {
    SerialPort(
      path: path, label: "a port",
      usb: product.map { USBIdentity(vendor: 0x1209, product: $0, serialNumber: serialNumber) },
      place: place, interface: place.map { _ in interface }, access: .allowed)
  }

  static func look(_ devices: [USBDevice], _ ports: [SerialPort]) -> PortDiscovery {
    PortDiscovery.look(
      usb: { () throws(TransportError) in devices }, serial: { () throws(TransportError) in ports })
  }

  /// Boards first, each with its serial port; then serial ports by number; the mainboard last.
  @Test func whatIsMostLikelyABoardStandsFirst() {
    let found = Self.look(
      [Self.device("B", place: "1-10"), Self.device("A", place: "1-2", address: 4)],
      [
        Self.port("/dev/ttyS0", product: nil), Self.port("/dev/ttyUSB10", "X", place: "1-4"),
        Self.port("/dev/ttyUSB9", "Y", place: "1-5"), Self.port("/dev/ttyACM3", "B", place: "1-10"),
      ])
    #expect(
      found.ports.map { "\($0.selector)" } == [
        "usb:1209:0001:A", "usb:1209:0001:B", "serial:/dev/ttyACM3", "serial:/dev/ttyUSB9",
        "serial:/dev/ttyUSB10", "serial:/dev/ttyS0",
      ])
    #expect(found.ports.map(\.kind) == [.usb, .usb, .serial, .serial, .serial, .serial])
    #expect(found.troubles.isEmpty)
  }

  @Test func oneListFailsWithoutTheOther() {
    let trouble = TransportError(.io, "usb", "libusb cannot start")
    let found = PortDiscovery.look(
      usb: { () throws(TransportError) in throw trouble },
      serial: { () throws(TransportError) in [Self.port("/dev/ttyACM0")] })
    #expect(found.ports.map(\.path) == ["/dev/ttyACM0"])
    #expect(found.troubles == [.usb: trouble])
  }

  /// Two of them would make every command by that name fail, so the list says it.
  @Test func devicesThatCannotBeNamedApartAreSaid() {
    let found = Self.look(
      [
        Self.device(nil, place: "1-1", address: 1), Self.device(nil, place: "1-2", address: 2),
        Self.device("SN-1", place: "1-3", address: 3),
        Self.device("SN-2", place: "1-4", address: 4),
        Self.device("SN-2", place: "1-5", address: 5),
      ], [])
    #expect(found.ports.map(\.mayBeOpened) == [false, false, true, false, false])
    #expect(found.ports[0].obstacle?.contains("usb:1209:0001 means 5 devices") == true)
    #expect(found.ports[3].obstacle?.contains("usb:1209:0001:SN-2 means 2 devices") == true)
  }

  /// One without a serial number goes by a name that means the others as well.
  @Test func aNameMeansThoseWithSerialNumbersToo() {
    let found = Self.look(
      [Self.device(nil, place: "1-1", address: 1), Self.device("A", place: "1-2", address: 2)], [])
    #expect(found.ports.map(\.mayBeOpened) == [false, true])
  }

  @Test func obstaclesSayWhatIsWrong() {
    var port = ConnectedPort(Self.device("SN-1", place: "1-1"))
    #expect(port.obstacle == nil && port.mayBeOpened)
    port.access = .held([PortHolder(process: 7, command: "minicom")])
    #expect(port.obstacle == "held by minicom (process 7)" && !port.mayBeOpened)
    port.access = .denied(group: "dialout", explanation: "join dialout")
    #expect(port.obstacle == "join dialout")
  }

  /// A node that is not there cannot be opened, whoever asks.
  @Test func aDeviceWithoutNodeMayNotBeOpened() {
    guard case .absent(let explanation) = PortAccess.of("/dev/bus/usb/999/999") else {
      Issue.record("it is not there")
      return
    }
    #expect(explanation.contains("/dev/bus/usb/999/999"))
  }

  @Test(
    arguments: [
      ("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2/1-4.2:1.3", "1-4.2", 3),
      ("/sys/devices/pci0000:00/0000:00:14.0/usb3/3-1/3-1:1.0/ttyUSB0", "3-1", 0),
    ] as [(String, String, UInt8)])
  func placesAreReadFromFolders(folder: String, place: String, interface: UInt8) {
    let plug = USBPlug(folder: folder)
    #expect(plug?.place == place)
    #expect(plug?.interface == interface)
  }

  @Test(arguments: [
    "/sys/devices/platform/serial8250", "/sys/devices/pci0000:00/0000:00:16.3", "/", "",
  ])
  func otherFoldersAreNoPlaces(folder: String) {
    #expect(USBPlug(folder: folder) == nil)
  }
}

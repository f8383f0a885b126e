import Foundation

/// Devices to try the rules on, as sysfs shows them, and the rules as they are installed.
enum UdevBench {
  static let host = UdevDevice("0000:00:14.0", subsystem: "pci", attributes: ["vendor": "0x8086"])
  static let hub = UdevDevice(
    "usb1", subsystem: "usb", attributes: ["idVendor": "1d6b", "idProduct": "0002"],
    properties: ["DEVTYPE": "usb_device", "interfaces": ":090000:"], in: host)

  /// A USB device with its interfaces in the words of `usb_id`.
  static func board(
    _ numbers: String, product: String = "", serial: String? = nil, interfaces: String
  ) -> UdevDevice {
    let parts = numbers.split(separator: ":").map(String.init)
    var attributes = [
      "idVendor": parts[0], "idProduct": parts[1], "product": product, "power/control": "auto",
    ]
    attributes["serial"] = serial
    return UdevDevice(
      "1-4", subsystem: "usb", driver: "usb", attributes: attributes,
      properties: ["DEVTYPE": "usb_device", "interfaces": interfaces], in: hub)
  }

  /// An interface of a USB device.
  static func interface(_ number: String, of board: UdevDevice, driver: String) -> UdevDevice {
    UdevDevice(
      "1-4:1.\(number)", subsystem: "usb", driver: driver, attributes: ["bInterfaceNumber": number],
      properties: ["DEVTYPE": "usb_interface"], in: board)
  }

  /// The serial port of a board that is a modem to USB.
  static func modemPort(_ number: String = "00", of board: UdevDevice) -> UdevDevice {
    UdevDevice(
      "ttyACM0", subsystem: "tty", in: interface(number, of: board, driver: "cdc_acm"))
  }

  /// The port of an adapter as its driver sees it, and the terminal on it.
  static func adapterPort(
    of board: UdevDevice, driver: String, isBound: Bool = true
  ) -> (port: UdevDevice, terminal: UdevDevice) {
    let port = UdevDevice(
      "ttyUSB0", subsystem: "usb-serial", driver: driver,
      attributes: isBound ? ["latency_timer": "16", "port_number": "0"] : ["port_number": "0"],
      in: interface("00", of: board, driver: driver))
    return (port, UdevDevice("ttyUSB0", subsystem: "tty", in: port))
  }

  /// The files of rules by name, as udev sorts them.
  static func files() throws -> [(name: String, rules: [UdevRule])] {
    let folder = RepositoryFile.root.appendingPathComponent("udev")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".rules") }.sorted()
      .map { ($0, try UdevRuleParser(file: $0).rules(in: RepositoryFile.text("udev/\($0)"))) }
  }

  /// What all files make of a device; `lab` is a file that sorts before ours.
  static func event(
    _ action: String = "add", of device: UdevDevice, lab: String = ""
  ) throws -> UdevEvent {
    var event = UdevEvent(action, of: device)
    event.apply(try UdevRuleParser(file: "59-tare-lab.rules").rules(in: lab))
    for file in try files() { event.apply(file.rules) }
    return event
  }
}

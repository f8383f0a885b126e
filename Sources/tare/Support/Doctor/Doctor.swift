import BoardTransport

/// Finds out what keeps boards from being used on this machine, without writing to any of them.
struct Doctor {
  let surroundings: Surroundings
  let found: PortDiscovery
  /// The versions of the libraries that are loaded.
  var libraries = (usb: TransportLibraries.usb, serialPort: TransportLibraries.serialPort)

  /// All findings, in the order in which they should be mended.
  func examine() -> [Finding] {
    let all =
      [library, usb, udev, rules, group, modemManager, brltty] + ports.flatMap(findings)
      + [presence]
    // What mends two things is done once.
    var given: Set<String> = []
    return all.map { finding in
      let commands = finding.commands.filter { !given.contains($0) }
      given.formUnion(commands)
      return Finding(finding.topic, finding.state, finding.text, commands)
    }
  }

  /// What may be a board: interfaces of boards, and serial ports of USB devices.
  var ports: [ConnectedPort] { found.ports.filter { $0.usb != nil } }

  /// Whether one of them can be used as things are.
  var isUsable: Bool {
    ports.contains { port in
      if case .held = port.access { return port.flaw == nil }
      return port.mayBeOpened
    }
  }

  /// How bad it is that something is missing that boards are found or opened with.
  var lack: Finding.State { isUsable ? .note : .missing }

  /// The names of rules and groups stand in the file `61-tare-access.rules`.
  static let usbGroup = "plugdev"

  private var library: Finding {
    let topic = "libraries"
    let versions =
      "libusb \(libraries.usb) and libserialport \(libraries.serialPort) are loaded"
    guard !found.troubles.isEmpty else { return Finding(topic, .ok, versions) }
    let troubles = found.troubles.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value)" }.joined(separator: "; ")
    return Finding(topic, .inTheWay, "\(versions), but: \(troubles)")
  }

  /// Whether anything is there at all.
  private var presence: Finding {
    let topic = "board"
    guard ports.isEmpty else {
      let names = ports.map { "\($0.selector)" }.joined(separator: ", ")
      return Finding(
        topic, isUsable ? .ok : .note,
        "\(ports.count == 1 ? "one port" : "\(ports.count) ports") may be a board: \(names). Which of them answers as "
          + "one, a greeting tells; on a serial port it may restart the board",
        isUsable ? ["tare devices --ask"] : [])
    }
    let others = found.ports.map { "\($0.selector)" }
    let more =
      others.isEmpty
      ? ""
      : ". If it is on a port of the mainboard, ask there: tare devices --ask "
        + others.joined(separator: " ")
    return Finding(
      topic, .missing,
      "no board is connected, neither on USB nor as a serial port of a USB device. Plug it in with a cable that carries "
        + "data (many only charge), give it power, and see it come by the first command; where it does not, the second "
        + "says what the kernel sees while it is plugged in" + more,
      ["tare devices --watch", surroundings.asRoot("dmesg --follow")])
  }
}

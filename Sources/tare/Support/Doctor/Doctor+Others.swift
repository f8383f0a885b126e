import BoardTransport

// Programs that reach for boards on their own.
extension Doctor {
  /// ModemManager asks serial ports whether they are modems.
  var modemManager: Finding {
    let topic = "ModemManager"
    let processes = surroundings.processes(named: topic)
    guard let process = processes.first else { return Finding(topic, .ok, "it does not run") }
    let open = ports.filter { $0.kind == .serial && !isPassedOver($0) }
    guard hasRules else {
      return Finding(
        topic, isUsable ? .note : .inTheWay,
        "it runs (process \(process)) and writes AT commands to ports that no rule keeps it from: install the udev rules "
          + "above, which do, or turn it off where there is no modem",
        [surroundings.asRoot("systemctl disable --now ModemManager")])
    }
    guard let port = open.first, surroundings.runsUdev else {
      return Finding(
        topic, .ok, "it runs (process \(process)), and the udev rules keep it from boards")
    }
    return Finding(
      topic, .note,
      "it runs (process \(process)) and may write to "
        + open.map(\.path).joined(separator: " and ")
        + ", which no rule marks. If that is a board, have a rule of this lab mark it; frames have a checksum, and nothing "
        + "that it writes fires a pulse" + caution(port),
      mark(port))
  }

  /// Whether udev keeps ModemManager from a port.
  private func isPassedOver(_ port: ConnectedPort) -> Bool {
    let name = port.path.split(separator: "/").last.map(String.init) ?? ""
    guard let number = surroundings.text("/sys/class/tty/\(name)/dev") else { return false }
    let lines = (surroundings.text("/run/udev/data/c\(number)") ?? "").split(separator: "\n")
    return lines.contains("E:ID_MM_DEVICE_IGNORE=1") || lines.contains("E:ID_MM_PORT_IGNORE=1")
  }

  /// A rule for a device that does not say that it is a board.
  func mark(_ port: ConnectedPort) -> [String] {
    guard let usb = port.usb else { return [] }
    let halves = usb.identity.split(separator: ":")
    let number = plainNumber(usb).map { "ATTRS{serial}==\"\($0)\", " }
    let rule =
      "SUBSYSTEM==\"usb|usb-serial|tty\", ATTRS{idVendor}==\"\(halves[0])\", "
      + "ATTRS{idProduct}==\"\(halves[1])\", \(number ?? "")ENV{ID_TARE}=\"1\""
    return [
      "echo \(Surroundings.quoted(rule)) | "
        + surroundings.asRoot("tee -a /etc/udev/rules.d/59-tare-lab.rules")
    ] + reload
  }

  /// What is to be said of a rule that cannot tell a device from others of its kind.
  func caution(_ port: ConnectedPort) -> String {
    guard let usb = port.usb, plainNumber(usb) == nil else { return "" }
    return
      ". It has no serial number that a rule can name, so that by this rule every device with the numbers "
      + "\(usb.identity) is taken for a board: unplug instruments with such an adapter, or give this one a number of its own"
  }

  /// The serial number; nil where there is none.
  ///
  /// It is the device's own text: one that means something to udev or a shell is left out.
  private func plainNumber(_ usb: USBIdentity) -> String? {
    usb.serialNumber.flatMap { number in
      let isPlain = number.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
      }
      return isPlain && !number.isEmpty ? number : nil
    }
  }

  /// brltty takes serial adapters for displays in Braille.
  var brltty: Finding {
    let topic = "brltty"
    let common = ["1a86:7523", "10c4:ea60"]
    let plugged = surroundings.names(in: "/sys/bus/usb/devices").compactMap { name -> String? in
      let folder = "/sys/bus/usb/devices/\(name)"
      guard let vendor = surroundings.text("\(folder)/idVendor"),
        let product = surroundings.text("\(folder)/idProduct")
      else { return nil }
      return "\(vendor):\(product)"
    }
    let processes = surroundings.processes(named: topic)
    let there = Set(plugged + ports.compactMap(\.usb?.identity))
    guard let claim = rules(of: topic, naming: Array(Set(common).union(there)).sorted()) else {
      return Finding(
        topic, .ok,
        processes.isEmpty ? "it is not here" : "it runs, and claims no serial adapter")
    }
    let claimed = claim.named.filter(there.contains)
    let mend =
      [
        surroundings.asRoot("ln -s /dev/null /etc/udev/rules.d/\(claim.file)")
      ] + reload + (processes.isEmpty ? [] : [surroundings.asRoot("systemctl stop brltty")])
    let advice =
      "Unless somebody here reads Braille by it, hide its rules, or remove the package (apt-get remove brltty); then plug "
      + "the board in again"
    guard !claimed.isEmpty else {
      return Finding(
        topic, .note,
        "its rules (\(claim.file)) take \(claim.named.joined(separator: " and ")) away, the adapters of many boards: their "
          + "port disappears as soon as it is there. \(advice)", mend)
    }
    return Finding(
      topic, .inTheWay,
      "its rules (\(claim.file)) take \(claimed.joined(separator: " and ")) away, which is plugged in. \(advice)",
      mend)
  }
}

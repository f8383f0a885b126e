import BoardTransport

// Each port that may be a board.
extension Doctor {
  /// What is to be said of a port.
  func findings(_ port: ConnectedPort) -> [Finding] {
    [access(port), latency(port), power(port)].compactMap { $0 }
  }

  private func access(_ port: ConnectedPort) -> Finding {
    let topic = "\(port.selector)"
    let name = (port.usb?.productName ?? port.label).printable
    // A serial port may be anybody's: it stops nobody who has a board besides.
    let isOther = port.kind == .serial && ports.contains(where: \.mayBeOpened)
    func state(_ state: Finding.State) -> Finding.State { isOther ? .note : state }
    if let flaw = port.flaw { return Finding(topic, state(.inTheWay), "\(name): \(flaw)") }
    switch port.access {
    case .allowed: return Finding(topic, .ok, "\(name) may be opened")
    case .absent(let explanation):
      return Finding(topic, state(.inTheWay), "\(name): \(explanation)")
    case .denied(let group, let explanation):
      let (commands, remark) = entrance(port, group)
      return Finding(topic, state(.missing), "\(name): \(explanation)\(remark)", commands)
    case .held(let holders):
      let names = holders.map { "\($0)".printable }.joined(separator: " and ")
      return Finding(
        topic, state(.inTheWay),
        "\(name) is held by \(names): one program drives a board at a time. End that one, a tare by Ctrl-C in its "
          + "terminal",
        holders.map(end))
    }
  }

  /// What lets the user in to a port that is closed, and what is to be said of that.
  private func entrance(
    _ port: ConnectedPort, _ group: String
  ) -> (commands: [String], remark: String) {
    if group != "root", !surroundings.groups.contains(group) { return ([join([group])], "") }
    // Files of root are left so by a system whose rules do not know the device, or were not there when it came.
    guard hasRules else { return ([], "") }
    return port.kind == .serial ? (mark(port), caution(port)) : (reload, "")
  }

  private func end(_ holder: PortHolder) -> String {
    // INT has a tare park its outputs before it ends, as Ctrl-C does.
    let command =
      holder.command == "tare" ? "kill -INT \(holder.process)" : "kill \(holder.process)"
    let owner = surroundings.text("/proc/\(holder.process)/status").flatMap { text in
      text.split(separator: "\n").first { $0.hasPrefix("Uid:") }?
        .split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().first
    }
    return owner.map { $0 == "\(surroundings.number)" } ?? false
      ? command : surroundings.asRoot(command)
  }

  /// FTDI adapters gather bytes for some milliseconds.
  private func latency(_ port: ConnectedPort) -> Finding? {
    let name = port.path.split(separator: "/").last.map(String.init) ?? ""
    let path = "/sys/bus/usb-serial/devices/\(name)/latency_timer"
    guard let timer = surroundings.text(path).flatMap(Int.init), timer > 1 else { return nil }
    return Finding(
      "\(port.selector)", .note,
      "its adapter holds short answers back for \(timer) ms, unless its driver heeds the wish for less that tare has when "
        + "it opens the port; the udev rules set 1 ms for marked boards",
      ["echo 1 | " + surroundings.asRoot("tee \(path)")])
  }

  /// A device that sleeps is lost to its host.
  private func power(_ port: ConnectedPort) -> Finding? {
    guard let place = port.place else { return nil }
    let path = "/sys/bus/usb/devices/\(place)/power/control"
    guard let control = surroundings.text(path), control != "on" else { return nil }
    return Finding(
      "\(port.selector)", .note,
      "the kernel may put it to sleep (power/control is \(control)), and a board that sleeps is lost to its host; the udev "
        + "rules keep marked boards awake",
      ["echo on | " + surroundings.asRoot("tee \(path)")])
  }
}

import BoardTransport
import Foundation
import Testing

@testable import tare

/// A machine made of files, and what the doctor says of it.
private struct Machine {
  let scratch: Scratch
  var surroundings: Surroundings
  var found = PortDiscovery(ports: [])

  init() throws {
    scratch = try Scratch()
    surroundings = Surroundings(
      root: scratch.url.path, user: "alice", number: 1000, groups: ["alice"], rules: "/src/udev")
    for folder in ["/sys/bus/usb/devices", "/dev/bus/usb"] { try make(folder) }
    try write("", "/run/udev/control")
    try write("", "/usr/bin/sudo")
    try write("plugdev:x:46:\ndialout:x:20:\n", "/etc/group")
  }

  func make(_ folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: scratch.url.path + folder, withIntermediateDirectories: true)
  }

  func write(_ text: String, _ path: String) throws {
    let url = URL(fileURLWithPath: scratch.url.path + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(atPath: scratch.url.path + path)
  }

  /// The rules of a package.
  func installRules() throws {
    for file in Doctor.ruleFiles { try write("# rules\n", "/usr/lib/udev/rules.d/\(file)") }
  }

  /// A process, by the files of proc(5) that tell of it.
  func run(_ name: String, _ number: Int) throws {
    try write(name + "\n", "/proc/\(number)/comm")
    try write("Name:\t\(name)\nUid:\t1000\t1000\t1000\t1000\n", "/proc/\(number)/status")
  }

  var findings: [Finding] {
    Doctor(surroundings: surroundings, found: found, libraries: ("1.0.26", "0.1.1")).examine()
  }

  func finding(_ topic: String) throws -> Finding {
    try #require(findings.first { $0.topic == topic }, "nothing is said of \(topic)")
  }

  var failed: [String] { findings.filter(\.isFailed).map(\.topic) }

  static func board(
    _ selector: TransportSelector = .usb(
      USBSelector(vendor: 0x1209, product: 1, serialNumber: "SN-1")),
    path: String = "/dev/bus/usb/001/005", access: PortAccess = .allowed
  ) -> ConnectedPort {
    var usb = USBIdentity(vendor: 0x1209, product: 1)
    (usb.productName, usb.serialNumber) = ("Tare board", "SN-1")
    return ConnectedPort(
      selector: selector, path: path, place: "1-4", label: "Tare board", usb: usb, access: access)
  }

  static func tty(_ name: String = "ttyACM0", access: PortAccess = .allowed) -> ConnectedPort {
    board(
      .serial(path: "/dev/\(name)", baudRate: 115_200), path: "/dev/\(name)", access: access)
  }
}

@Suite struct DoctorTests {
  private static let trigger =
    "sudo udevadm trigger --action=change --subsystem-match=usb --subsystem-match=usb-serial "
    + "--subsystem-match=tty"

  /// No board, no rule and no group: each is said, with the command that mends it.
  @Test func aMachineWithNothing() throws {
    let machine = try Machine()
    #expect(machine.failed == ["udev rules", "groups", "board"])
    let rules = try machine.finding("udev rules")
    #expect(
      rules.commands == [
        "sudo install -D -m 644 -t /etc/udev/rules.d /src/udev/60-tare.rules /src/udev/61-tare-access.rules",
        "sudo udevadm control --reload", Self.trigger,
      ])
    let groups = try machine.finding("groups")
    #expect(groups.commands == ["sudo usermod -aG plugdev,dialout alice"])
    #expect(groups.text.contains("log out and in"))
    let board = try machine.finding("board")
    #expect(board.state == .missing)
    #expect(board.commands == ["tare devices --watch", "sudo dmesg --follow"])
  }

  @Test func aGroupThatIsNotThereIsMade() throws {
    let machine = try Machine()
    try machine.write("uucp:x:14:\n", "/etc/group")
    let groups = try machine.finding("groups")
    #expect(
      groups.commands == [
        "sudo groupadd --system plugdev", "sudo usermod -aG uucp,plugdev alice",
      ])
  }

  /// The rules are there, and the user is not let in.
  @Test func aRuleWithoutGroup() throws {
    var machine = try Machine()
    try machine.installRules()
    let denied = PortAccess.denied(group: "plugdev", explanation: "this user may not open it")
    machine.found = PortDiscovery(ports: [Machine.board(access: denied)])
    #expect(machine.failed == ["groups", "usb:1209:0001:SN-1"])
    #expect(try machine.finding("groups").commands == ["sudo usermod -aG plugdev alice"])
    // Once is enough.
    #expect(try machine.finding("usb:1209:0001:SN-1").commands.isEmpty)
    machine.surroundings.groups.insert("plugdev")
    #expect(try machine.finding("groups").state == .ok)
  }

  /// Who was put into a group has it in the next session.
  @Test func aGroupOfTheNextSession() throws {
    var machine = try Machine()
    try machine.write("plugdev:x:46:bob,alice\ndialout:x:20:\n", "/etc/group")
    machine.surroundings.groups.insert("dialout")
    let groups = try machine.finding("groups")
    #expect(groups.state == .missing && groups.commands == ["newgrp plugdev"])
    #expect(groups.text.contains("log out and in again"))
  }

  @Test func whoSitsThereNeedsNoGroup() throws {
    let machine = try Machine()
    try machine.write("UID=1000\nSEAT=seat0\nACTIVE=1\n", "/run/systemd/sessions/2")
    #expect(try machine.finding("groups").state == .ok)
    // A session over the network has no seat.
    try machine.write("UID=1000\nACTIVE=1\nREMOTE=1\n", "/run/systemd/sessions/2")
    #expect(try machine.finding("groups").state == .missing)
  }

  @Test func rootNeedsNeitherGroupNorSudo() throws {
    var machine = try Machine()
    (machine.surroundings.user, machine.surroundings.number) = ("root", 0)
    #expect(try machine.finding("groups").state == .ok)
    #expect(machine.findings.flatMap(\.commands).allSatisfy { !$0.contains("sudo") })
  }

  @Test func withoutSudoThereIsSu() throws {
    let machine = try Machine()
    try machine.remove("/usr/bin/sudo")
    #expect(
      try machine.finding("groups").commands == ["su -c 'usermod -aG plugdev,dialout alice'"])
  }

  /// An empty file of the same name hides the one of a package.
  @Test func rulesThatAreMaskedAreSaid() throws {
    let machine = try Machine()
    try machine.installRules()
    #expect(try machine.finding("udev rules").state == .ok)
    try machine.make("/etc/udev/rules.d")
    try FileManager.default.createSymbolicLink(
      atPath: machine.scratch.url.path + "/etc/udev/rules.d/61-tare-access.rules",
      withDestinationPath: "/dev/null")
    let rules = try machine.finding("udev rules")
    #expect(rules.state == .missing)
    #expect(rules.commands.first == "sudo rm /etc/udev/rules.d/61-tare-access.rules")
    try machine.remove("/etc/udev/rules.d/61-tare-access.rules")
    try machine.remove("/usr/lib/udev/rules.d/61-tare-access.rules")
    let one = try machine.finding("udev rules")
    #expect(one.commands.first?.hasSuffix("rules.d /src/udev/61-tare-access.rules") == true)
  }

  /// What was copied by hand once hides what a package brings ever after.
  @Test func anOldCopyThatHidesAPackageIsSaid() throws {
    var machine = try Machine()
    try machine.installRules()
    try machine.write("# rules\n", "/etc/udev/rules.d/60-tare.rules")
    #expect(try machine.finding("udev rules").state == .ok, "it reads the same")
    try machine.write("# rules of long ago\n", "/etc/udev/rules.d/60-tare.rules")
    let hidden = try machine.finding("udev rules")
    #expect(hidden.state == .inTheWay)
    #expect(hidden.text.contains("/usr/lib/udev/rules.d/60-tare.rules"))
    #expect(
      hidden.commands == [
        "sudo rm /etc/udev/rules.d/60-tare.rules", "sudo udevadm control --reload", Self.trigger,
      ])
    // A board that can be used as things are is not stopped by that.
    machine.found = PortDiscovery(ports: [Machine.board()])
    #expect(try machine.finding("udev rules").state == .note)
    // Alone, a copy is what is installed.
    try machine.remove("/usr/lib/udev/rules.d/60-tare.rules")
    #expect(try machine.finding("udev rules").state == .ok)
  }

  /// The rules keep ModemManager away; without them it is in the way, unless boards are used already.
  @Test func modemManager() throws {
    var machine = try Machine()
    #expect(try machine.finding("ModemManager").state == .ok)
    try machine.run("ModemManager", 812)
    let running = try machine.finding("ModemManager")
    #expect(running.state == .inTheWay && running.text.contains("process 812"))
    #expect(running.commands == ["sudo systemctl disable --now ModemManager"])
    try machine.installRules()
    #expect(try machine.finding("ModemManager").state == .ok)
    // A serial adapter that no rule marks is told, and how to mark it.
    machine.found = PortDiscovery(ports: [Machine.tty()])
    try machine.write("166:0\n", "/sys/class/tty/ttyACM0/dev")
    let unmarked = try machine.finding("ModemManager")
    #expect(unmarked.state == .note && unmarked.text.contains("/dev/ttyACM0"))
    #expect(
      unmarked.commands.first
        == "echo 'SUBSYSTEM==\"usb|usb-serial|tty\", ATTRS{idVendor}==\"1209\", ATTRS{idProduct}==\"0001\", "
        + "ATTRS{serial}==\"SN-1\", ENV{ID_TARE}=\"1\"' | sudo tee -a /etc/udev/rules.d/59-tare-lab.rules"
    )
    try machine.write("E:ID_TARE=1\nE:ID_MM_DEVICE_IGNORE=1\n", "/run/udev/data/c166:0")
    #expect(try machine.finding("ModemManager").state == .ok)
  }

  /// A rule without a serial number is one for each adapter of that kind, also that of an instrument.
  @Test(arguments: [nil, "SN 1", "1'; rm -rf / #"]) func aRuleForAllOfAKindSaysSo(
    number: String?
  ) throws {
    var machine = try Machine()
    try machine.installRules()
    machine.surroundings.groups.insert("dialout")
    let denied = PortAccess.denied(group: "root", explanation: "this user may not open it")
    var port = Machine.tty(access: denied)
    machine.found = PortDiscovery(ports: [port])
    let warning = "every device with the numbers 1209:0001 is taken for a board"
    // The one that has a number is marked alone.
    #expect(try !machine.finding("serial:/dev/ttyACM0").text.contains(warning))
    port.usb?.serialNumber = number
    machine.found = PortDiscovery(ports: [port])
    let closed = try machine.finding("serial:/dev/ttyACM0")
    #expect(closed.text.contains(warning) && closed.text.contains("unplug"))
    #expect(closed.commands.first?.contains("ATTRS{serial}") == false)
    try machine.run("ModemManager", 812)
    try machine.write("166:0\n", "/sys/class/tty/ttyACM0/dev")
    #expect(try machine.finding("ModemManager").text.contains(warning))
  }

  /// A serial number is the device's own text, which must not become part of a command.
  @Test func serialNumbersDoNotReachAShell() throws {
    var machine = try Machine()
    try machine.installRules()
    try machine.run("ModemManager", 812)
    var port = Machine.tty()
    port.usb?.serialNumber = "1'; rm -rf / #"
    machine.found = PortDiscovery(ports: [port])
    let commands = try machine.finding("ModemManager").commands
    #expect(!commands.isEmpty)
    #expect(commands.allSatisfy { !$0.contains("rm -rf") })
  }

  @Test func brltty() throws {
    let machine = try Machine()
    #expect(try machine.finding("brltty").state == .ok)
    let file = "/usr/lib/udev/rules.d/85-brltty.rules"
    // Debian comments these lines out.
    try machine.write("# ENV{PRODUCT}==\"1a86/7523/*\", GOTO=\"brltty\"\n", file)
    #expect(try machine.finding("brltty").state == .ok)
    try machine.write("ENV{PRODUCT}==\"1a86/7523/*\", GOTO=\"brltty\"\n", file)
    let claims = try machine.finding("brltty")
    #expect(claims.state == .note && claims.text.contains("1a86:7523"))
    #expect(claims.commands.first == "sudo ln -s /dev/null /etc/udev/rules.d/85-brltty.rules")
    // An adapter is there, and has no port any more.
    try machine.write("1a86\n", "/sys/bus/usb/devices/1-4/idVendor")
    try machine.write("7523\n", "/sys/bus/usb/devices/1-4/idProduct")
    #expect(try machine.finding("brltty").state == .inTheWay)
    // Mended.
    try machine.make("/etc/udev/rules.d")
    try FileManager.default.createSymbolicLink(
      atPath: machine.scratch.url.path + "/etc/udev/rules.d/85-brltty.rules",
      withDestinationPath: "/dev/null")
    #expect(try machine.finding("brltty").state == .ok)
  }

  @Test func aPortThatIsHeld() throws {
    var machine = try Machine()
    try machine.installRules()
    try machine.run("minicom", 4711)
    machine.found = PortDiscovery(ports: [
      Machine.tty(access: .held([PortHolder(process: 4711, command: "minicom")]))
    ])
    let port = try machine.finding("serial:/dev/ttyACM0")
    #expect(machine.failed == ["serial:/dev/ttyACM0"])
    #expect(port.text.contains("minicom (process 4711)"))
    #expect(port.commands == ["kill 4711"])
    // That of another user, and a tare, which parks its outputs first.
    try machine.write("Name:\ttare\nUid:\t0\t0\t0\t0\n", "/proc/4711/status")
    machine.found.ports[0].access = .held([PortHolder(process: 4711, command: "tare")])
    #expect(try machine.finding("serial:/dev/ttyACM0").commands == ["sudo kill -INT 4711"])
  }

  /// A serial port of who knows what is no hindrance to somebody with a board.
  @Test func aForeignPortIsANoteBesideABoard() throws {
    var machine = try Machine()
    try machine.installRules()
    let receiver = Machine.tty(access: .held([PortHolder(process: 4711, command: "gpsd")]))
    machine.found = PortDiscovery(ports: [Machine.board(), receiver])
    #expect(machine.failed.isEmpty)
    #expect(try machine.finding("serial:/dev/ttyACM0").state == .note)
    machine.found = PortDiscovery(ports: [receiver])
    #expect(machine.failed == ["serial:/dev/ttyACM0"])
  }

  /// The rules came after the board, so that udev has to go over it once more.
  @Test func aBoardThatCameBeforeItsRules() throws {
    var machine = try Machine()
    try machine.installRules()
    machine.surroundings.groups.insert("plugdev")
    let denied = PortAccess.denied(group: "root", explanation: "this user may not open it")
    machine.found = PortDiscovery(ports: [Machine.board(access: denied)])
    let board = try machine.finding("usb:1209:0001:SN-1")
    #expect(board.state == .missing)
    #expect(board.commands == ["sudo udevadm control --reload", Self.trigger])
  }

  @Test func everythingIsFine() throws {
    var machine = try Machine()
    try machine.installRules()
    machine.surroundings.groups = ["alice", "plugdev", "dialout"]
    machine.found = PortDiscovery(ports: [Machine.board(), Machine.tty()])
    try machine.write("on\n", "/sys/bus/usb/devices/1-4/power/control")
    #expect(machine.findings.allSatisfy { $0.state == .ok }, "\(machine.findings)")
    #expect(try machine.finding("board").commands == ["tare devices --ask"])
    #expect(DoctorReport(machine.findings, isShort: true).text == "Nothing is in the way.\n")
  }

  /// What boards can do without is said and does not fail.
  @Test func whatIsOnlySlowIsANote() throws {
    var machine = try Machine()
    machine.found = PortDiscovery(ports: [Machine.tty("ttyUSB0")])
    try machine.write("16\n", "/sys/bus/usb-serial/devices/ttyUSB0/latency_timer")
    try machine.write("auto\n", "/sys/bus/usb/devices/1-4/power/control")
    #expect(machine.failed.isEmpty)
    let notes = machine.findings.filter { $0.state == .note }
    #expect(notes.map(\.topic) == ["udev rules", "serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0"])
    #expect(
      notes.dropFirst().flatMap(\.commands) == [
        "echo 1 | sudo tee /sys/bus/usb-serial/devices/ttyUSB0/latency_timer",
        "echo on | sudo tee /sys/bus/usb/devices/1-4/power/control",
      ])
  }

  @Test func containersAndMachinesWithoutUSB() throws {
    let machine = try Machine()
    try machine.remove("/dev/bus/usb")
    #expect(try machine.finding("USB").commands.first?.contains("systemd-udevd") == true)
    try machine.write("", "/.dockerenv")
    let container = try machine.finding("USB")
    #expect(container.state == .inTheWay)
    #expect(container.commands.first?.contains("docker run -v /dev/bus/usb:/dev/bus/usb") == true)
    try machine.remove("/sys/bus/usb")
    #expect(try machine.finding("USB").text.contains("no USB"))
    try machine.remove("/run/udev/control")
    #expect(try machine.finding("udev").state == .note)
    #expect(try machine.finding("udev rules").text.contains("on the host of this container"))
    try machine.remove("/.dockerenv")
    #expect(try machine.finding("udev").commands == ["sudo systemctl start systemd-udevd"])
    try machine.write("6.1.0\n", "/proc/sys/kernel/osrelease")
    try machine.write("", "/lib/modules/6.1.0/modules.dep")
    #expect(try machine.finding("USB").commands == ["sudo modprobe xhci_pci"])
  }

  @Test func aListThatFailsIsSaid() throws {
    var machine = try Machine()
    machine.found.troubles = [.usb: TransportError(.io, "usb", "libusb cannot start: no memory")]
    let libraries = try machine.finding("libraries")
    #expect(libraries.state == .inTheWay && libraries.text.contains("libusb cannot start"))
  }

  /// Commands stand whole on their lines, whatever the width of the text.
  @Test func thePageHasEachCommandOnALine() throws {
    let machine = try Machine()
    let page = DoctorReport(machine.findings).text
    let lines = page.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    for command in machine.findings.flatMap(\.commands) { #expect(lines.contains(command)) }
    #expect(page.contains("3 things are missing or in the way"))
  }

  /// As it is here, whatever that is: it ends with 0 or 1, and its two forms agree.
  @Test func theCommandOnThisMachine() throws {
    let page = try Command.run(["doctor"])
    let record = try Command.run(["doctor", "--json"])
    struct Told: Decodable {
      let topic, state, text: String
      let commands: [String]
    }
    let findings = try JSONDecoder().decode([Told].self, from: Data(record.output.utf8))
    let isFailed = findings.contains { ["missing", "in the way"].contains($0.state) }
    #expect(page.status == (isFailed ? 1 : 0) && record.status == page.status)
    for finding in findings { #expect(page.output.contains("\(finding.topic): ")) }
    #expect(page.errors.isEmpty)
  }
}

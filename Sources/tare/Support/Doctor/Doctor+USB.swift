import BoardTransport

// Whether there is USB, and who makes its nodes.
extension Doctor {
  /// Whether boards can come to this system at all.
  var usb: Finding {
    let topic = "USB"
    let state: Finding.State = isUsable ? .note : .inTheWay
    guard surroundings.exists("/sys/bus/usb") else { return noUSB(topic, state) }
    guard surroundings.exists("/dev/bus/usb") else {
      guard surroundings.isContainer else {
        return Finding(
          topic, state,
          "the kernel has USB, but /dev/bus/usb is not there, by which devices are opened: have udev make it",
          [
            surroundings.asRoot("systemctl restart systemd-udevd"),
            surroundings.asRoot("udevadm trigger --subsystem-match=usb --action=add"),
          ])
      }
      return Finding(
        topic, state,
        "this container was not given the USB devices of its host (no /dev/bus/usb): start it again with them, on the "
          + "host. The rule lets in boards that are plugged in later; serial ports are given one by one",
        [
          "docker run -v /dev/bus/usb:/dev/bus/usb --device-cgroup-rule='c 189:* rmw' --device=/dev/ttyACM0 IMAGE"
        ])
    }
    return Finding(topic, .ok, "the kernel has USB, and /dev/bus/usb is there")
  }

  private func noUSB(_ topic: String, _ state: Finding.State) -> Finding {
    let kernel = surroundings.text("/proc/sys/kernel/osrelease") ?? ""
    if !surroundings.isContainer, surroundings.exists("/lib/modules/\(kernel)/modules.dep") {
      return Finding(
        topic, state,
        "the kernel has not loaded USB (no /sys/bus/usb): load it; a virtual machine must be given a USB controller first",
        [surroundings.asRoot("modprobe xhci_pci")])
    }
    return Finding(
      topic, state,
      "the kernel here has no USB (no /sys/bus/usb), so that no board can be plugged into this "
        + (surroundings.isContainer ? "container or the machine that it runs on" : "machine")
        + ": run tare where the board is plugged in, or bring its serial port here through ssh. The first command stays "
        + "open meanwhile; HOST stands for that machine, which needs socat",
      [
        "ssh -L 7700:127.0.0.1:7700 HOST "
          + "socat TCP-LISTEN:7700,bind=127.0.0.1,reuseaddr FILE:/dev/ttyACM0,b115200,raw,echo=0",
        "tare devices --ask tcp:127.0.0.1:7700",
      ])
  }

  /// Whether rules have any effect.
  var udev: Finding {
    let topic = "udev"
    if surroundings.runsUdev { return Finding(topic, .ok, "udev runs") }
    if surroundings.isContainer {
      return Finding(
        topic, .note,
        "udev does not run in this container: its host's does, where rules are installed and groups are given"
      )
    }
    return Finding(
      topic, lack,
      "udev does not run (no /run/udev/control), so that no rule gives boards to users: start it",
      [surroundings.asRoot("systemctl start systemd-udevd")])
  }
}

import BoardTransport

// Whether this user may open what udev has given to groups.
extension Doctor {
  /// The group of serial ports: that of the ports here, or what the system calls it.
  private var serialGroup: String {
    ["dialout", "uucp"].first { surroundings.members(of: $0) != nil } ?? "dialout"
  }

  /// The groups that let a user in.
  private var needed: [String] {
    let kinds = Set(ports.map(\.kind))
    return (kinds == [.serial] ? [] : [Self.usbGroup]) + (kinds == [.usb] ? [] : [serialGroup])
  }

  /// Whether the user is let in.
  var group: Finding {
    let topic = "groups"
    let name = surroundings.user
    if surroundings.isRoot {
      return Finding(topic, .ok, "root may open everything: no group is needed")
    }
    if !ports.isEmpty, ports.allSatisfy({ if case .denied = $0.access { false } else { true } }) {
      return Finding(topic, .ok, "\(name) may open what is connected")
    }
    if surroundings.isSeated {
      return Finding(
        topic, .ok,
        "\(name) sits at this machine, so that the udev rules let \(name) in without a group; one who logs in over "
          + "the network needs \(needed.joined(separator: " and "))")
    }
    let absent = needed.filter { surroundings.members(of: $0) == nil }
    let others = needed.filter { !surroundings.groups.contains($0) && !absent.contains($0) }
    let stale = others.filter { surroundings.members(of: $0)?.contains(name) == true }
    let missing = others.filter { !stale.contains($0) } + absent
    if missing.isEmpty && stale.isEmpty {
      return Finding(topic, .ok, "\(name) is in \(needed.joined(separator: " and "))")
    }
    if missing.isEmpty {
      return Finding(
        topic, lack,
        "\(name) was put into \(stale.joined(separator: " and ")), and this session does not have that yet: log out and "
          + "in again; until then, a shell has it by the command",
        stale.map { "newgrp \($0)" })
    }
    let what =
      absent.isEmpty ? "" : "; \(absent.joined(separator: " and ")) does not even exist here"
    return Finding(
      topic, lack,
      "\(name) is not in \(missing.joined(separator: " and ")), to which udev gives boards on USB (\(Self.usbGroup)) and "
        + "serial ports (\(serialGroup))\(what). Join, then log out and in again: a session keeps the groups that it has",
      absent.map { surroundings.asRoot("groupadd --system \($0)") } + [join(missing)])
  }

  /// The command by which the user joins groups.
  func join(_ groups: [String]) -> String {
    surroundings.asRoot("usermod -aG \(groups.joined(separator: ",")) \(surroundings.user)")
  }
}

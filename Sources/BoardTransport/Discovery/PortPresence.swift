#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which nodes of ports there are, and whether they may be opened: what can be looked at several times a second.
///
/// Serial ports appear a moment after their device, and udev gives both to their groups a moment after that.
struct PortPresence: Equatable {
  private struct Node: Equatable {
    let file: UInt64
    let mayBeOpened: Bool
  }

  private var nodes: [String: Node?] = [:]

  /// How it is now.
  static var now: PortPresence {
    var presence = PortPresence()
    for name in SystemFiles.names(in: "/sys/class/tty")
    // Consoles have no device behind them.
    where SystemFiles.status("/sys/class/tty/\(name)/device") != nil {
      presence.look(at: "/dev/\(name)")
    }
    for name in SystemFiles.names(in: "/sys/bus/usb/devices") {
      presence.nodes.updateValue(nil, forKey: name)
    }
    for bus in SystemFiles.names(in: "/dev/bus/usb") {
      for number in SystemFiles.names(in: "/dev/bus/usb/\(bus)") {
        presence.look(at: "/dev/bus/usb/\(bus)/\(number)")
      }
    }
    return presence
  }

  private mutating func look(at path: String) {
    let node = SystemFiles.status(path).map {
      Node(file: UInt64($0.st_ino), mayBeOpened: PortAccess.permits(path))
    }
    nodes.updateValue(node, forKey: path)
  }
}

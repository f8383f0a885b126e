/// A node of a USB device that processes have locked.
struct LockedNode: Sendable, Hashable {
  let path: String
  let holders: [PortHolder]

  /// Those of the device at a place: its own node, or its serial ports.
  ///
  /// Only locks count: the console of a board may be watched while another interface drives it.
  static func all(
    _ kind: ConnectedPort.Kind, at place: String, system: String = "/sys", nodes: String = "/dev"
  ) -> [LockedNode] {
    let paths =
      switch kind {
      case .usb: node(place, system).map { ["\(nodes)/\($0)"] } ?? []
      case .serial:
        SystemFiles.names(in: "\(system)/class/tty").sorted()
          .filter { USBPlug(ofTerminal: $0, system: system)?.place == place }
          .map { "\(nodes)/\($0)" }
      }
    return paths.map { path in
      LockedNode(path: path, holders: PortHolder.all(of: path, countingOpeners: false))
    }.filter { !$0.holders.isEmpty }
  }

  /// Such as `bus/usb/001/005`.
  private static func node(_ place: String, _ system: String) -> String? {
    let numbers = ["busnum", "devnum"].compactMap {
      SystemFiles.line(of: "\(system)/bus/usb/devices/\(place)/\($0)")
    }
    guard numbers.count == 2 else { return nil }
    let digits = numbers.map { String(repeating: "0", count: max(3 - $0.count, 0)) + $0 }
    return "bus/usb/\(digits[0])/\(digits[1])"
  }
}

/// Where a port of a USB device is plugged in, by the folders of sysfs.
struct USBPlug: Hashable {
  /// The bus and the ports from there on, such as `1-4.2`.
  let place: String
  /// The number of the interface.
  let interface: UInt8

  /// Looks at a terminal; nil where no USB device is behind it.
  init?(ofTerminal path: String, system: String = "/sys") {
    guard let name = path.split(separator: "/").last,
      let folder = SystemFiles.real("\(system)/class/tty/\(name)/device")
    else { return nil }
    self.init(folder: folder)
  }

  /// Takes the path of a folder apart: the one of an interface is called `1-4.2:1.0`, place, configuration and number.
  ///
  /// The last one counts, since hubs have interfaces as well.
  init?(folder: String) {
    for part in folder.split(separator: "/").reversed() {
      let halves = part.split(separator: ":", omittingEmptySubsequences: false)
      guard halves.count == 2, halves[0].contains("-"), halves[0].first?.isNumber == true,
        let dot = halves[1].lastIndex(of: "."),
        let number = UInt8(halves[1][halves[1].index(after: dot)...])
      else { continue }
      (place, interface) = (String(halves[0]), number)
      return
    }
    return nil
  }
}

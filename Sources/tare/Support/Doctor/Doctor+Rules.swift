// The rules that mark boards and give them to users.
extension Doctor {
  /// Those that must be there.
  static let ruleFiles = ["60-tare.rules", "61-tare-access.rules"]
  /// Where udev looks, what counts most first.
  private static let ruleFolders = [
    "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
    "/usr/lib/udev/rules.d", "/lib/udev/rules.d",
  ]

  /// The files of a name, of which udev reads the first alone.
  private func places(of file: String) -> [String] {
    Self.ruleFolders.map { "\($0)/\(file)" }.filter {
      surroundings.exists($0) || surroundings.link($0) != nil
    }
  }

  /// What udev reads under a name: the file of the first folder that has it.
  private func place(of file: String) -> String? { places(of: file).first }

  /// A file that udev does not read since another of its name, which reads otherwise, comes first.
  private func hidden(_ file: String) -> (read: String, unread: String)? {
    let places = places(of: file)
    guard let read = places.first, let text = surroundings.text(read) else { return nil }
    return places.dropFirst().first { surroundings.text($0).map { $0 != text } ?? false }
      .map { (read, $0) }
  }

  /// Whether a file is there to hide one of a later folder.
  private func isMask(_ path: String) -> Bool {
    surroundings.link(path) == "/dev/null" || surroundings.text(path)?.isEmpty == true
  }

  /// Whether both are there and do something.
  var hasRules: Bool {
    Self.ruleFiles.allSatisfy { place(of: $0).map { !isMask($0) } ?? false }
  }

  /// Whether they are installed.
  var rules: Finding {
    let topic = "udev rules"
    let files = Self.ruleFiles
    let masks = files.compactMap(place).filter(isMask)
    guard masks.isEmpty else {
      return Finding(
        topic, lack,
        "\(masks.joined(separator: " and ")) \(masks.count == 1 ? "is" : "are") empty, which hides the rules: take "
          + "that away, and tell udev",
        masks.map { surroundings.asRoot("rm \($0)") } + reload)
    }
    let absent = files.filter { place(of: $0) == nil }
    guard !absent.isEmpty else {
      let copies = files.compactMap(hidden)
      guard copies.isEmpty else { return conflict(topic, copies) }
      let places = files.compactMap(place).joined(separator: " and ")
      return Finding(topic, .ok, "\(places) are installed")
    }
    return Finding(
      topic, lack,
      "\(absent.joined(separator: " and ")) \(absent.count == 1 ? "is" : "are") not installed: boards are not told "
        + "from other devices, users may not open them, and ModemManager may write to them. Install "
        + (absent.count == 1 ? "it" : "them") + source
        + (surroundings.runsUdev ? "" : whereUdevRuns),
      install(absent))
  }

  /// What was copied by hand stays when a package brings something newer.
  private func conflict(_ topic: String, _ copies: [(read: String, unread: String)]) -> Finding {
    let pairs = copies.map { "\($0.read) hides \($0.unread)" }.joined(separator: ", and ")
    return Finding(
      topic, isUsable ? .note : .inTheWay,
      "\(pairs), which reads otherwise: an old copy keeps out what a newer version brings. Remove it, unless the "
        + "difference is meant; boards of a lab's own are better marked in 59-tare-lab.rules",
      copies.map { surroundings.asRoot("rm \($0.read)") } + reload)
  }

  private var whereUdevRuns: String {
    ", and do so \(surroundings.isContainer ? "on the host of this container" : "once udev runs"), since udev does "
      + "not run here"
  }

  private var source: String {
    surroundings.rules == nil ? " from the folder udev of a clone of Tare" : ""
  }

  private func install(_ files: [String]) -> [String] {
    let folder = surroundings.rules ?? "udev"
    let names = files.map { file in
      let path = "\(folder)/\(file)"
      return path.contains(" ") ? Surroundings.quoted(path) : path
    }.joined(separator: " ")
    return [surroundings.asRoot("install -D -m 644 -t /etc/udev/rules.d \(names)")] + reload
  }

  /// Has udev read the rules and go over what is plugged in.
  var reload: [String] {
    [
      surroundings.asRoot("udevadm control --reload"),
      surroundings.asRoot(
        "udevadm trigger --action=change --subsystem-match=usb --subsystem-match=usb-serial --subsystem-match=tty"
      ),
    ]
  }

  /// Rules of others that speak of a vendor and a product, with their lines that are no comments.
  func rules(of name: String, naming identities: [String]) -> (file: String, named: [String])? {
    for folder in Self.ruleFolders {
      for file in surroundings.names(in: folder) where file.contains(name) {
        guard place(of: file) == "\(folder)/\(file)",
          let text = surroundings.text("\(folder)/\(file)")
        else { continue }
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
          .map { $0.lowercased() }
        let named = identities.filter { identity in
          let halves = identity.split(separator: ":")
          return lines.contains { line in halves.allSatisfy { line.contains($0) } }
        }
        if !named.isEmpty { return (file, named) }
      }
    }
    return nil
  }
}

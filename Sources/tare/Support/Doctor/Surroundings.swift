import Foundation

/// The system as a user finds it: its files below a folder, and who the user is.
struct Surroundings: Sendable {
  /// The folder that stands for `/`.
  var root = ""
  /// The name of the user, and whether that is the superuser.
  var user: String
  var number: UInt32
  /// The groups that this session has, which a change of /etc/group does not change.
  var groups: Set<String>
  /// The folder with the rules to install, where it is known.
  var rules: String?
  /// Whether some hint of the environment says that this is a container.
  var isToldContainer = false

  /// Those of this process.
  static var live: Surroundings {
    let number = geteuid()
    var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    let all = Set(groups.prefix(Int(max(0, count))) + [getegid()])
    return Surroundings(
      user: getpwuid(number).map { String(cString: $0.pointee.pw_name) } ?? "\(number)",
      number: number,
      groups: Set(
        all.map { group in
          getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)"
        }), rules: ruleFolder(),
      isToldContainer: ProcessInfo.processInfo.environment["container"] != nil)
  }

  /// The rules of the clone or the package that this program is of.
  private static func ruleFolder() -> String? {
    guard var folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    for _ in 0..<6 where folder != "/" {
      folder = (folder as NSString).deletingLastPathComponent
      for place in ["udev", "share/tare/udev"] {
        let found = (folder as NSString).appendingPathComponent(place)
        if FileManager.default.fileExists(atPath: found + "/60-tare.rules") { return found }
      }
    }
    return nil
  }

  var isRoot: Bool { number == 0 }

  // MARK: Files

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }

  /// The text of a small file, without white space around it; nil if it cannot be read.
  func text(_ path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: root + path)) else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The names in a folder in order; none if it cannot be read.
  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []).sorted()
  }

  /// What a link says; nil for what is none.
  func link(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: root + path)
  }

  // MARK: Processes, groups, seats

  /// The processes with a name, of which the system keeps fifteen bytes.
  func processes(named name: String) -> [Int] {
    names(in: "/proc").compactMap(Int.init).filter { text("/proc/\($0)/comm") == name }.sorted()
  }

  /// The members of a group by the file of groups; nil where there is no such group.
  func members(of group: String) -> [String]? {
    for line in (text("/etc/group") ?? "").split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count >= 4, fields[0] == group {
        return fields[3].split(separator: ",").map(String.init)
      }
    }
    return nil
  }

  /// Whether this user sits at the machine: a session of logind on a seat.
  var isSeated: Bool {
    names(in: "/run/systemd/sessions").contains { name in
      let lines = (text("/run/systemd/sessions/\(name)") ?? "").split(separator: "\n")
      return lines.contains("UID=\(number)") && lines.contains("ACTIVE=1")
        && lines.contains { $0.hasPrefix("SEAT=") && $0 != "SEAT=" }
    }
  }

  /// Whether this is a container, whose devices are those of its host.
  var isContainer: Bool {
    isToldContainer
      || ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"].contains(where: exists)
  }

  /// Whether udev gives devices their names and groups here.
  var runsUdev: Bool { exists("/run/udev/control") }

  // MARK: Commands

  /// A command as this user has to give it.
  func asRoot(_ command: String) -> String {
    if isRoot { return command }
    let hasSudo = ["/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo"].contains(where: exists)
    // A container without sudo often has no password for su either; there root comes from outside.
    return hasSudo ? "sudo \(command)" : "su -c \(Self.quoted(command))"
  }

  /// A text as one word of a shell.
  static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}

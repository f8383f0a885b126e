#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A process that has a port open or has locked it.
public struct PortHolder: Sendable, Hashable, CustomStringConvertible {
  /// The number of the process.
  public var process: Int32
  /// The name of its program, or nil where it cannot be found out.
  public var command: String?
  /// The lock file that names it, where it was found by one.
  public var lockFile: String?

  /// Names a process.
  public init(process: Int32, command: String?, lockFile: String? = nil) {
    (self.process, self.command, self.lockFile) = (process, command, lockFile)
  }

  init(process: Int32, lockFile: String? = nil) {
    self.process = process
    self.lockFile = lockFile
    command = SystemFiles.bytes(of: "/proc/\(process)/comm", most: 64).map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).withoutControls
    }
  }

  /// Such as `minicom (process 1234, named in /var/lock/LCK..ttyACM0)`.
  public var description: String {
    let lock = lockFile.map { ", named in \($0)" } ?? ""
    if process == getpid() { return "this program itself (process \(process)\(lock))" }
    return "\(command ?? "a program") (process \(process)\(lock))"
  }

  /// Who has a port open: other processes that we may look into, all holders of a lock on it, and processes
  /// that a lock file names.
  ///
  /// - Parameters:
  ///   - path: without links in it.
  ///   - own: a descriptor of ours that does not count.
  ///   - countingOpeners: whether those count who have locked nothing. An open node of a USB device is in nobody's
  ///     way: services and virtual machines have all of them open.
  static func all(
    of path: String, except own: Int32? = nil, countingOpeners: Bool = true,
    lockFiles: String = PortLockFile.folder
  ) -> [PortHolder] {
    var processes = countingOpeners ? Set(openers(of: path, except: own)) : []
    processes.formUnion(lockers(of: path))
    var holders = processes.sorted().map { PortHolder(process: $0) }
    if let named = PortLockFile.holder(of: path, folder: lockFiles) {
      if let place = holders.firstIndex(where: { $0.process == named.process }) {
        holders[place] = named
      } else {
        holders.append(named)
      }
    }
    return holders
  }

  /// Who holds it, as one sentence part.
  static func text(_ holders: [PortHolder]) -> String {
    holders.isEmpty
      ? "another program, which this user may not look into"
      : holders.map(\.description).joined(separator: " and ")
  }

  /// The processes with the path among their descriptors.
  private static func openers(of path: String, except own: Int32?) -> [Int32] {
    SystemFiles.names(in: "/proc").compactMap(Int32.init).filter { process in
      let folder = "/proc/\(process)/fd"
      return SystemFiles.names(in: folder).contains { number in
        if process == getpid(), let own, number == String(own) { return false }
        return SystemFiles.link("\(folder)/\(number)") == path
      }
    }
  }

  /// The processes with a lock by flock(2), which anybody may see in /proc/locks:
  /// `1: FLOCK  ADVISORY  WRITE 1234 00:17:6 0 EOF`, device numbers in hexadecimal.
  private static func lockers(of path: String) -> [Int32] {
    guard let status = SystemFiles.status(path), let bytes = SystemFiles.bytes(of: "/proc/locks")
    else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", let process = Int32(words[4]) else { return nil }
      let place = words[5].split(separator: ":")
      guard place.count == 3, let major = UInt64(place[0], radix: 16),
        let minor = UInt64(place[1], radix: 16), UInt64(place[2]) == UInt64(status.st_ino),
        (major, minor) == numbers(of: UInt64(status.st_dev))
      else { return nil }
      return process
    }
  }

  /// Major and minor number, as the C library packs them.
  private static func numbers(of device: UInt64) -> (UInt64, UInt64) {
    (
      (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000,
      device & 0xFF | (device >> 12) & 0xFFFF_FF00
    )
  }
}

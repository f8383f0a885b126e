#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lock files that older terminal programs write, by the Filesystem Hierarchy Standard, 5.9.
///
/// They are heeded and not written: the folder is often closed to users, and programs that look there are kept
/// out by the exclusive mode of the terminal as well.
enum PortLockFile {
  static let folder = "/var/lock"

  /// The process that a lock file names, if it still runs and is another one.
  static func holder(of path: String, folder: String = folder) -> PortHolder? {
    for file in paths(of: path, folder: folder) {
      guard let bytes = SystemFiles.bytes(of: file, most: 64),
        let process = process(in: bytes), process != getpid(),
        kill(process, 0) == 0 || errno == EPERM
      else { continue }
      return PortHolder(process: process, lockFile: file)
    }
    return nil
  }

  /// `/dev/pts/3` is `LCK..3` to some programs and `LCK..pts_3` to others.
  private static func paths(of path: String, folder: String) -> [String] {
    let parts = path.split(separator: "/")
    guard let last = parts.last else { return [] }
    let whole = parts.first == "dev" ? parts.dropFirst().joined(separator: "_") : ""
    return Set([String(last), whole]).subtracting([""]).sorted().map { "\(folder)/LCK..\($0)" }
  }

  /// Ten ASCII characters with the number at their end, or four bytes of it.
  private static func process(in bytes: [UInt8]) -> Int32? {
    let text = String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: { $0 == " " || $0 == "\n" }).first.map(String.init)
    if let text, let number = Int32(text), number > 0 { return number }
    guard bytes.count == 4 else { return nil }
    let number = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
    return number > 0 ? number : nil
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks at files and folders of the system without opening devices.
enum SystemFiles {
  /// The path behind all links, or nil with errno set.
  ///
  /// The end of a path is resolved only where it is a link: what umockdev has for realpath(3) writes outside of its
  /// buffer for an emulated terminal, which is none.
  static func real(_ path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFCHR, let slash = path.lastIndex(of: "/"),
      slash != path.startIndex, let folder = resolved(String(path[..<slash]))
    else { return resolved(path) }
    return (folder == "/" ? "" : folder) + path[slash...]
  }

  private static func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }

  /// What a link says, or nil.
  static func link(_ path: String) -> String? {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &text, text.count)
    guard count >= 0 else { return nil }
    return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The names in a folder; none if it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let place = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = String(
        cString: (UnsafeRawPointer(entry) + place).assumingMemoryBound(to: CChar.self))
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The beginning of a small file, or nil if it cannot be read.
  static func bytes(of path: String, most count: Int = 1 << 16) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let result = bytes.withUnsafeMutableBytes {
        read(file, $0.baseAddress.map { $0 + filled }, count - filled)
      }
      if result <= 0 { break }
      filled += result
    }
    return Array(bytes.prefix(filled))
  }

  /// The first line of a file that is not empty, without its end; nil if there is none.
  static func line(of path: String) -> String? {
    guard let bytes = bytes(of: path, most: 1 << 12) else { return nil }
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.isEmpty ? nil : line
  }

  /// What there is to know about a file without opening it, or nil with errno set.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  /// The name of a group, or its number.
  static func groupName(_ number: gid_t) -> String {
    var (entry, found) = (group(), UnsafeMutablePointer<group>?.none)
    var text = [CChar](repeating: 0, count: 4096)
    guard getgrgid_r(number, &entry, &text, text.count, &found) == 0, let found,
      let name = found.pointee.gr_name
    else { return "\(number)" }
    return String(cString: name)
  }
}

public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes a file so that it is either complete or not there.
///
/// The bytes go to a temporary file in the same folder, are forced to the disk, and take their name only
/// then; a file of that name stays as it was until that moment. A special file (`/dev/stdout`, a pipe, a
/// terminal) cannot be replaced and is written to directly.
public enum OutputFile {
  /// Writes bytes to a file, replacing one that is there.
  ///
  /// A symbolic link is followed: the file that it leads to is replaced, and the link stays.
  ///
  /// - Throws: ``ReportingError`` with code `notWritable`, `diskFull` or `io`; nothing is left behind.
  public static func write(_ data: Data, to path: String) throws {
    try write(data, to: path, calls: .live)
  }

  /// Writes a text in UTF-8 to a file, replacing one that is there.
  ///
  /// - Throws: ``ReportingError`` as for bytes.
  public static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path, calls: .live)
  }

  static func write(_ data: Data, to path: String, calls: SystemCalls) throws {
    do {
      if let descriptor = standardDescriptor(path) {
        // Opened again by name, a redirected output would be written from its start.
        try writeAll(data, to: descriptor, calls: calls)
      } else {
        try writeFile(data, to: path, calls: calls)
      }
    } catch {
      throw ReportingError.writing(path, failed: error)
    }
  }

  private static func writeFile(
    _ data: Data, to path: String, calls: SystemCalls
  ) throws(SystemError) {
    guard !path.isEmpty else { throw SystemError("open", SystemError.noEntry) }
    guard let status = SystemCalls.status(path) else {
      let target = try newFile(path)
      return try replace(target, with: data, permissionsOf: nil, calls: calls)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      throw SystemError("open", SystemError.isDirectory)
    case S_IFREG:
      // A rename needs no permission on the file itself: a protected file has to be asked for it.
      guard SystemCalls.isWritable(path) else {
        throw SystemError("access", SystemError.accessDenied)
      }
      let target = SystemCalls.resolved(path) ?? path
      try replace(target, with: data, permissionsOf: status, calls: calls)
    default:
      try writeDirectly(data, to: path, calls: calls)
    }
  }

  /// Where a file that is not there yet is to be made: at the end of links that lead nowhere so far.
  static func newFile(_ path: String) throws(SystemError) -> String {
    var path = path
    for _ in 0..<40 {
      guard let target = SystemCalls.linkTarget(path) else { return path }
      path = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
    }
    throw SystemError("open", ELOOP)
  }

  // MARK: Special files

  /// The open file that a name such as `/dev/stdout` stands for.
  static func standardDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count))
    }
    return nil
  }

  private static func writeDirectly(
    _ data: Data, to path: String, calls: SystemCalls
  ) throws(SystemError) {
    let descriptor = try calls.open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0)
    do throws(SystemError) {
      try writeAll(data, to: descriptor, calls: calls)
      try synchronize(descriptor, calls: calls)
    } catch {
      try? calls.close(descriptor)
      throw error
    }
    try calls.close(descriptor)
  }

  // MARK: Regular files

  private static func replace(
    _ path: String, with data: Data, permissionsOf old: stat?, calls: SystemCalls
  ) throws(SystemError) {
    let folder = folder(of: path)
    let (temporary, descriptor) = try openTemporary(in: folder, calls: calls)
    do throws(SystemError) {
      do throws(SystemError) {
        if let old { SystemCalls.copyPermissions(of: old, to: descriptor) }
        try writeAll(data, to: descriptor, calls: calls)
        try synchronize(descriptor, calls: calls)
      } catch {
        try? calls.close(descriptor)
        throw error
      }
      // Network file systems report a full disk only here.
      try calls.close(descriptor)
      try calls.rename(temporary, path)
    } catch {
      SystemCalls.remove(temporary)
      throw error
    }
    synchronizeFolder(folder, calls: calls)
  }

  static func openTemporary(
    in folder: String, calls: SystemCalls
  ) throws(SystemError) -> (path: String, descriptor: Int32) {
    var attempt = 0
    while true {
      // The name does not grow with that of the file, which may be as long as the system allows.
      let name = ".tare-\(getpid())-\(attempt).partial"
      let path = folder == "/" ? "/" + name : folder + "/" + name
      do throws(SystemError) {
        return (path, try calls.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666))
      } catch {
        // Another thread is writing there, or a process of that number was killed.
        guard error.number == SystemError.alreadyExists, attempt < 1_000 else { throw error }
        attempt += 1
      }
    }
  }

  /// Whether a name is that of a temporary file whose process is gone.
  static func isAbandoned(_ name: String) -> Bool {
    let parts = name.split(separator: "-")
    guard parts.count == 3, parts[0] == ".tare", name.hasSuffix(".partial"),
      let process = Int32(parts[1]), process > 0
    else { return false }
    return process == getpid() || kill(process, 0) != 0 && errno == ESRCH
  }

  /// Forces the new name to the disk.
  ///
  /// The content is safe by then, so that a failure is not one of the file: some file systems cannot
  /// do it at all.
  static func synchronizeFolder(_ folder: String, calls: SystemCalls) {
    guard let descriptor = try? calls.open(folder, O_RDONLY | O_CLOEXEC, 0) else { return }
    try? calls.synchronize(descriptor)
    try? calls.close(descriptor)
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  // MARK: Bytes

  static func writeAll(
    _ data: Data, to descriptor: Int32, calls: SystemCalls
  ) throws(SystemError) {
    let result = data.withUnsafeBytes { bytes -> Result<Void, SystemError> in
      var rest = bytes[...]
      do throws(SystemError) {
        while !rest.isEmpty {
          let taken = try calls.write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
          // Neither progress nor an error: repeating would never end.
          guard taken > 0 else { throw SystemError("write", EIO) }
          rest = rest.dropFirst(taken)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  static func synchronize(
    _ descriptor: Int32, calls: SystemCalls
  ) throws(SystemError) {
    do throws(SystemError) {
      try calls.synchronize(descriptor)
    } catch {
      // Pipes, terminals and some file systems have nothing to force.
      let harmless = [SystemError.invalidArgument, SystemError.notSupported]
      if !harmless.contains(error.number) { throw error }
    }
  }
}

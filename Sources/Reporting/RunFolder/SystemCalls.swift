import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system calls behind a file, each as a value, so that tests can make any of them fail.
///
/// All of them are repeated when a signal interrupts them.
struct SystemCalls: Sendable {
  /// `open(2)`: path, flags, permissions of a new file.
  var open: @Sendable (String, Int32, UInt32) throws(SystemError) -> Int32
  /// `write(2)`: how many of the bytes were taken.
  var write: @Sendable (Int32, UnsafeRawBufferPointer) throws(SystemError) -> Int
  /// `fsync(2)`.
  var synchronize: @Sendable (Int32) throws(SystemError) -> Void
  /// `close(2)`.
  var close: @Sendable (Int32) throws(SystemError) -> Void
  /// `rename(2)`: from, to.
  var rename: @Sendable (String, String) throws(SystemError) -> Void

  /// The calls of the operating system.
  static let live = SystemCalls(
    open: { path, flags, mode throws(SystemError) in
      try repeated("open") { posixOpen(path, flags, mode) }
    },
    write: { descriptor, bytes throws(SystemError) in
      try repeated("write") { posixWrite(descriptor, bytes.baseAddress, bytes.count) }
    },
    synchronize: { descriptor throws(SystemError) in
      _ = try repeated("fsync") { fsync(descriptor) }
    },
    close: { descriptor throws(SystemError) in
      // After an interrupted close the descriptor is gone on Linux: closing again could hit another.
      if posixClose(descriptor) != 0, errno != EINTR { throw SystemError("close", errno) }
    },
    rename: { from, to throws(SystemError) in
      _ = try repeated("rename") { posixRename(from, to) }
    })

  // MARK: Calls that need no failure in tests

  /// `unlink(2)`, for leftovers; there is nothing to do when it fails.
  static func remove(_ path: String) {
    unlink(path)
  }

  /// `stat(2)`: what a path leads to; `nil` where there is nothing.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  /// `mkdir(2)`.
  static func makeFolder(_ path: String) throws(SystemError) {
    if mkdir(path, 0o777) != 0 { throw SystemError("mkdir", errno) }
  }

  /// `rmdir(2)`, for leftovers.
  static func removeFolder(_ path: String) {
    rmdir(path)
  }

  /// `realpath(3)`: the path without symbolic links.
  static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// `readlink(2)`: what a symbolic link says; `nil` for anything else.
  static func linkTarget(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  /// `access(2)`: whether an existing file may be written to.
  static func isWritable(_ path: String) -> Bool {
    access(path, W_OK) == 0
  }

  /// `fchmod(2)`: gives a new file the permissions of the one that it replaces.
  static func copyPermissions(of status: stat, to descriptor: Int32) {
    fchmod(descriptor, status.st_mode & 0o777)
  }

  private static func repeated<Result: FixedWidthInteger>(
    _ operation: String, _ call: () -> Result
  ) throws(SystemError) -> Result {
    while true {
      let result = call()
      if result >= 0 { return result }
      let number = errno
      if number != EINTR { throw SystemError(operation, number) }
    }
  }
}

// Inside `SystemCalls` the bare names would mean its own properties.
private func posixOpen(_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32 {
  open(path, flags, mode_t(mode))
}

private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  guard let bytes else { return 0 }
  return write(descriptor, bytes, count)
}

private func posixClose(_ descriptor: Int32) -> Int32 {
  close(descriptor)
}

private func posixRename(_ from: String, _ to: String) -> Int32 {
  rename(from, to)
}

internal import CPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A terminal that this process alone has, opened and not yet changed in any way.
///
/// The lock by flock(2) binds all who ask for it, root included, and ends with the process. The exclusive mode
/// of the terminal keeps others out as well, except root.
final class TerminalLock: Sendable {
  /// The path without links.
  let path: String
  let descriptor: Descriptor
  /// Whether it is a pseudo-terminal.
  let isPseudo: Bool

  private init(path: String, descriptor: Descriptor, isPseudo: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.isPseudo = isPseudo
  }

  deinit {
    if !isPseudo { _ = posix_set_exclusive(descriptor.number, false) }
  }

  /// Opens a terminal and locks it, so that nothing of it is changed while another program has it.
  static func take(
    _ given: String, lockFiles: String = PortLockFile.folder
  ) throws(TransportError) -> TerminalLock {
    guard let path = SystemFiles.real(given), let status = SystemFiles.status(path) else {
      throw .unopened(given, errno, nil)
    }
    guard status.st_mode & S_IFMT == S_IFCHR else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a file"
      throw TransportError(.notADevice, given, "it is \(kind) and no device; name a port")
    }
    if let holder = PortLockFile.holder(of: path, folder: lockFiles) {
      throw .held(given, [holder])
    }
    let number = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else {
      let reason = errno
      throw reason == EBUSY
        ? .held(given, PortHolder.all(of: path, lockFiles: lockFiles))
        : .unopened(given, reason, status)
    }
    let descriptor = Descriptor(number)
    guard isatty(number) == 1 else {
      throw TransportError(
        .notADevice, given, "it is a device, but no serial port or terminal; name a port")
    }
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      throw reason == EWOULDBLOCK
        ? .held(given, PortHolder.all(of: path, except: number, lockFiles: lockFiles))
        : .failed("flock", given, reason)
    }
    return TerminalLock(
      path: path, descriptor: descriptor, isPseudo: posix_is_pseudo_terminal(status.st_rdev))
  }

  /// Keeps out those who do not ask for locks.
  ///
  /// A pseudo-terminal keeps its exclusive mode until the board's side closes, also where the host was killed;
  /// that would shut its next host out, so there the lock must do.
  func makeExclusive() {
    if !isPseudo { _ = posix_set_exclusive(descriptor.number, true) }
  }
}

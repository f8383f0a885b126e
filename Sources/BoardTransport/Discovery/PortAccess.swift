#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether a port may be opened, as far as that shows without opening it.
///
/// Opening raises DTR, which resets many boards, so a look at a port never does.
public enum PortAccess: Sendable, Hashable {
  /// Nothing speaks against it.
  case allowed
  /// The user may not read and write it; the sentence says what to do.
  case denied(group: String, explanation: String)
  /// Others have it open or locked.
  case held([PortHolder])
  /// The system knows the device and has no node for it; the sentence says what to do.
  case absent(explanation: String)

  /// Looks at a port.
  ///
  /// - Parameters:
  ///   - path: without links in it.
  ///   - countingOpeners: whether those hold it who have it open and have not locked it.
  static func of(
    _ path: String, countingOpeners: Bool = true, lockFiles: String = PortLockFile.folder
  ) -> PortAccess {
    guard let status = SystemFiles.status(path) else {
      return .absent(
        explanation:
          "the system knows the device, but there is no \(path) to open it by: in a container, give it the "
          + "node (docker run --device=\(path)); else udev may not be done with it yet")
    }
    if !permits(path) {
      return .denied(
        group: SystemFiles.groupName(status.st_gid), explanation: explanation(status))
    }
    let holders = PortHolder.all(
      of: path, countingOpeners: countingOpeners, lockFiles: lockFiles)
    return holders.isEmpty ? .allowed : .held(holders)
  }

  /// Whether the permissions of a file let this user read and write it.
  ///
  /// Another reason than these is no refusal: a port that is gone in the meantime, for one.
  static func permits(_ path: String) -> Bool {
    faccessat(AT_FDCWD, path, R_OK | W_OK, Int32(AT_EACCESS)) == 0
      || ![EACCES, EPERM, EROFS].contains(errno)
  }

  /// What a user who may not open a file can do about it.
  static func explanation(_ status: stat) -> String {
    let group = SystemFiles.groupName(status.st_gid)
    let rule =
      "have a udev rule give the board to whoever sits at the machine (TAG+=\"uaccess\")"
    guard status.st_mode & (S_IRGRP | S_IWGRP) == (S_IRGRP | S_IWGRP), status.st_gid != 0 else {
      return "this user may not open it, nor may its group \(group); \(rule)"
    }
    return
      "this user may not open it, the group \(group) may: run \"sudo usermod -aG \(group) $USER\" and log "
      + "in again, or \(rule)"
  }
}

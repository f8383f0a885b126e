import Foundation

/// The right to write a ledger, held by one process at a time.
///
/// The operating system takes the lock away when the process ends, however it ends. The file says who
/// holds it, so that the others can be told.
final class LedgerLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a ledger.
  ///
  /// - Throws: ``LedgerError/Code/busy`` with the holder, or ``LedgerError/Code/readOnly``.
  init(ledger: String) throws(LedgerError) {
    let path = Self.path(of: ledger)
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(errno, ledger) }
    // A reader that asks who writes holds the lock for an instant.
    var (reason, tries) = (Int32(0), 0)
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      reason = errno
      guard reason == EWOULDBLOCK, tries < 25 else { break }
      reason = 0
      tries += 1
      usleep(10_000)
    }
    if tries == 25 { reason = EWOULDBLOCK }
    guard reason == 0 else {
      close(file)
      guard reason == EWOULDBLOCK else { throw Self.failure(reason, ledger) }
      let holder = Self.holder(ledger: ledger) ?? "another process"
      throw LedgerError(
        .busy, path: ledger,
        "\(holder) is writing this ledger. One process writes a chip's ledger at a time; nothing was "
          + "fired. Wait for it, or stop it")
    }
    descriptor = file
    let text = "\(Self.thisProcess) since \(LedgerTime(Date()).text)\n"
    ftruncate(file, 0)
    _ = text.utf8CString.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count - 1, 0) }
  }

  deinit {
    ftruncate(descriptor, 0)
    close(descriptor)
  }

  /// Who holds the lock of a ledger now, or nil if nobody does.
  static func holder(ledger: String) -> String? {
    let file = open(path(of: ledger), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // A shared lock is granted where nobody writes.
    if flock(file, LOCK_SH | LOCK_NB) == 0 { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(file, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    return line.isEmpty ? "another process" : line
  }

  static func path(of ledger: String) -> String { ledger + ".lock" }

  /// Such as "tare, process 1234 on bench-2".
  private static var thisProcess: String {
    let process = ProcessInfo.processInfo
    return "\(process.processName), process \(process.processIdentifier) on \(process.hostName)"
  }

  private static func failure(_ number: Int32, _ ledger: String) -> LedgerError {
    let reason = String(cString: strerror(number))
    switch number {
    case EACCES, EPERM, EROFS:
      return LedgerError(
        .readOnly, path: ledger,
        "the folder may not be written (\(reason)), so that no pulse could be recorded; nothing was "
          + "fired. Choose a folder of your own")
    case ENOENT:
      return LedgerError(
        .notFound, path: ledger, "the folder around it does not exist; nothing was fired")
    case ENOSPC, EDQUOT:
      return LedgerError(.full, path: ledger, "the disk is full; nothing was fired. Make room")
    default:
      return LedgerError(
        .io, path: ledger, "the lock file could not be made (\(reason)); nothing was fired")
    }
  }
}

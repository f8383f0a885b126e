import Foundation

// What the file system is asked for when a ledger is made.
extension LedgerFile {
  /// Removes a file that was to become a ledger, with what SQLite keeps beside it.
  static func remove(_ draft: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft + suffix) }
  }

  /// Refuses to make a ledger beside the log of one whose file is gone: the log would be read into it.
  static func refuseLog(without path: String) throws(LedgerError) {
    var log = stat()
    guard stat(path + "-wal", &log) == 0 else { return }
    guard log.st_size == 0 else {
      throw LedgerError(
        .corrupt, path: path,
        "the file of the ledger is gone, and its log, which belongs to it, is still there. Nothing was "
          + "fired. Put the file back, or move the log away")
    }
    unlink(path + "-wal")
  }

  /// Gives a new ledger its name, and forces the name to the disk.
  static func rename(_ draft: String, to path: String) throws(LedgerError) {
    guard Foundation.rename(draft, path) == 0 else {
      throw LedgerError(
        .io, path: path, "the ledger could not be made (\(String(cString: strerror(errno))))")
    }
    let folder = Foundation.open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}

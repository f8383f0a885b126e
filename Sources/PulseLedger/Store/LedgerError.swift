import Foundation
import GRDB

/// What went wrong with a ledger, what it means for the pulses, and what to do.
public struct LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// Another process writes it.
    case busy
    /// A later version of the program made it; it can be read and not be added to.
    case newer
    /// Its bytes are not those that were written.
    case corrupt
    /// The disk is full.
    case full
    /// The file or its folder may not be written.
    case readOnly
    /// There is none.
    case notFound
    /// The host's clock stands before the last entry.
    case clock
    /// The device's history is not the ledger's.
    case mismatch
    /// A name, a file or a request that makes no sense here.
    case invalid
    /// Reading or writing failed.
    case io
  }

  /// The kind of failure.
  public var code: Code
  /// The ledger's file.
  public var path: String
  /// The object, what happened, what it means for the pulses, and what to do.
  public var explanation: String

  /// Describes a failure.
  public init(_ code: Code, path: String, _ explanation: String) {
    self.code = code
    self.path = path
    self.explanation = explanation
  }

  /// The file and the explanation.
  public var description: String { "\(path): \(explanation)" }

  /// Puts an error of the database into the words of this layer.
  init(_ error: any Error, path: String, doing what: String) {
    if let error = error as? LedgerError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.io, path: path, "\(what) failed: \(error.localizedDescription)")
      return
    }
    let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case let code where code == .SQLITE_FULL || code == .SQLITE_IOERR && Self.isFull(path):
      self.init(
        .full, path: path,
        "\(what) failed: the disk is full. Make room; what was recorded before is safe, and nothing is "
          + "fired that cannot be recorded")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .readOnly, path: path,
        "\(what) failed (\(reason)): the file and its folder must be writable")
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      self.init(
        .busy, path: path,
        "\(what) failed: another process holds the file locked (\(reason)); nothing is fired "
          + "that cannot be recorded")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .corrupt, path: path,
        "\(what) failed: the file is damaged (\(reason)). `tare ledger verify` says where; go on "
          + "from a copy, and adopt what the device counted since")
    case .SQLITE_ERROR where reason.hasPrefix("no such table"):
      self.init(.corrupt, path: path, "this is a database, but no ledger of tare (\(reason))")
    default: self.init(.io, path: path, "\(what) failed: \(reason)")
    }
  }

  /// Whether the disk of a file has no room for what SQLite needs at once: where its shared memory does
  /// not fit, it speaks of an I/O error.
  private static func isFull(_ path: String) -> Bool {
    var disk = statvfs()
    guard statvfs((path as NSString).deletingLastPathComponent, &disk) == 0 else { return false }
    return UInt64(disk.f_bavail) * UInt64(disk.f_frsize) < 64 * 1024
  }
}

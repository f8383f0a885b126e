import Crypto
import Foundation

/// Checksums of every page of a closed ledger, in a file beside it.
///
/// The chain protects the records. The seal protects every other byte as well, free space included, and
/// says in which page a change lies. It is no proof against someone who can write it again: that is what
/// signatures and the device's own count are for.
struct LedgerSeal: Codable, Sendable {
  static let form = "tare-seal/1"
  static let pageSize = 4096

  var format = form
  /// Entries of the ledger, and the hash of the last one.
  var entries: Int
  var head: String
  /// Bytes of the file.
  var bytes: Int
  /// The first 8 bytes of SHA-256 of each 4096 bytes of the file, as hexadecimal digits, one after the
  /// other.
  var pages: String

  /// Takes the seal of a file.
  init(of path: String, entries: Int, head: [UInt8]) throws {
    self.entries = entries
    self.head = Hexadecimal.text(head)
    let sums = try Self.sums(path)
    bytes = sums.bytes
    pages = Hexadecimal.text(sums.pages)
  }

  static func path(of ledger: String) -> String { ledger + ".seal" }

  static func isPresent(_ ledger: String) -> Bool {
    FileManager.default.fileExists(atPath: path(of: ledger))
  }

  static func remove(_ ledger: String) { unlink(path(of: ledger)) }

  /// The seal of a ledger, or nil where it has none.
  ///
  /// - Throws: ``LedgerError/Code/corrupt`` for one that cannot be read.
  static func read(_ ledger: String) throws -> LedgerSeal? {
    guard let data = FileManager.default.contents(atPath: path(of: ledger)) else { return nil }
    // A log or journal beside the file means that someone has been writing since, and was killed.
    if FileManager.default.fileExists(atPath: ledger + "-wal")
      || LedgerFile.hasRollbackJournal(ledger)
    {
      return nil
    }
    guard let seal = try? JSONDecoder().decode(LedgerSeal.self, from: data),
      seal.format == form
    else {
      throw LedgerError(.corrupt, path: path(of: ledger), "the seal of the ledger is damaged")
    }
    return seal
  }

  /// Writes the seal beside its ledger.
  func write(_ ledger: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let path = Self.path(of: ledger)
    try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// Compares the file with the seal.
  ///
  /// - Throws: ``LedgerError/Code/corrupt`` with the first bytes that differ.
  func check(_ ledger: String) throws {
    guard let change = try change(ledger) else { return }
    throw LedgerError(
      .corrupt, path: ledger, change + ". Nothing was fired. `tare ledger verify` tells more")
  }

  /// What has changed in a closed ledger since its seal was made; nil for nothing, and where it has no
  /// seal or is being written.
  static func change(ofClosed ledger: String) throws -> String? {
    guard let change = try read(ledger)?.change(ledger) else { return nil }
    // A writer that came meanwhile has taken the seal away, or is about to.
    return isPresent(ledger) && LedgerLock.holder(ledger: ledger) == nil ? change : nil
  }

  /// What has changed since the seal was made, or nil for nothing.
  func change(_ ledger: String) throws -> String? {
    let now = try Self.sums(ledger)
    guard let sealed = Hexadecimal.bytes(pages) else { return "the seal of the ledger is damaged" }
    // Eight bytes a page.
    let differing = stride(from: 0, to: min(sealed.count, now.pages.count), by: 8).filter {
      sealed[$0..<$0 + 8] != now.pages[$0..<$0 + 8]
    }
    if let first = differing.first {
      let (page, count) = (first / 8, differing.count)
      return "the file is not the one that was closed: bytes from \(page * Self.pageSize) on, page "
        + "\(page + 1), have changed (\(count) \(count == 1 ? "page" : "pages") in all)"
    }
    if now.bytes != bytes {
      let page = min(now.bytes, bytes) / Self.pageSize + 1
      return "the file is not the one that was closed: it has \(now.bytes) bytes and had \(bytes), "
        + "which differs from page \(page) on"
    }
    return nil
  }

  private static func sums(_ path: String) throws -> (bytes: Int, pages: [UInt8]) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw LedgerError(.notFound, path: path, "the ledger cannot be read")
    }
    defer { try? file.close() }
    var total = 0
    var pages: [UInt8] = []
    while let chunk = try file.read(upToCount: 1 << 22), !chunk.isEmpty {
      total += chunk.count
      chunk.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: pageSize) {
          var sha = SHA256()
          sha.update(
            bufferPointer: UnsafeRawBufferPointer(
              rebasing: bytes[start..<min(bytes.count, start + pageSize)]))
          pages.append(contentsOf: sha.finalize().prefix(8))
        }
      }
    }
    return (total, pages)
  }
}

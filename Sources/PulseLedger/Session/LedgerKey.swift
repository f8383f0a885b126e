import Crypto
import Foundation

/// The key that signs the ledgers of a chip.
///
/// The private key is in `ledger.key` in the chip's folder, readable by its owner alone, the public key
/// beside it in `ledger.pub`; both as one line of hexadecimal digits.
public struct LedgerKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// The name of the file of the private key.
  public static let privateName = "ledger.key"
  /// The name of the file of the public key.
  public static let publicName = "ledger.pub"

  /// The public key, as hexadecimal digits.
  public var publicKey: String { Hexadecimal.text(key.publicKey.rawRepresentation) }

  /// Makes a key for the ledgers in a folder.
  ///
  /// - Throws: ``LedgerError/Code/invalid`` if there is one already: a chip has one key.
  public static func make(folder: String) throws -> LedgerKey {
    let made = LedgerKey(key: Curve25519.Signing.PrivateKey())
    let path = folder + "/" + privateName
    let text = Hexadecimal.text(made.key.rawRepresentation) + "\n"
    // Made with its permissions, so that nobody reads it in between.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      let reason = errno
      throw LedgerError(
        reason == EEXIST ? .invalid : .readOnly, path: path,
        reason == EEXIST
          ? "there is a key already; records signed with it would lose their key. Keep it"
          : "the key could not be written (\(String(cString: strerror(reason))))")
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.synchronize()
    try Data((made.publicKey + "\n").utf8).write(
      to: URL(fileURLWithPath: folder + "/" + publicName), options: .atomic)
    return made
  }

  /// The key of the ledgers in a folder, or nil where they are not signed.
  public static func read(folder: String) throws -> LedgerKey? {
    let path = folder + "/" + privateName
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LedgerError(.readOnly, path: path, "you may not read the chip's key")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let bytes = Hexadecimal.bytes(text),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else { throw LedgerError(.corrupt, path: path, "this is no key of 64 hexadecimal digits") }
    return LedgerKey(key: key)
  }

  /// The public key that belongs to the ledgers in a folder, as hexadecimal digits, or nil.
  public static func publicKey(folder: String) -> String? {
    FileManager.default.contents(atPath: folder + "/" + publicName).map {
      String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// Puts the public key beside a run's ledger, so that the run can be audited on its own.
  static func publish(from chip: String, beside ledger: String) throws {
    guard let key = publicKey(folder: chip) else { return }
    let folder = URL(fileURLWithPath: ledger).deletingLastPathComponent()
    try Data((key + "\n").utf8).write(
      to: folder.appendingPathComponent(Self.publicName), options: .atomic)
  }

  /// Signs a message.
  func sign(_ message: [UInt8]) throws -> LedgerEntry.Checkpoint {
    LedgerEntry.Checkpoint(
      publicKey: Array(key.publicKey.rawRepresentation),
      signature: Array(try key.signature(for: message)))
  }
}

extension LedgerStore {
  /// Signs everything up to here.
  func sign(with key: LedgerKey) throws {
    let message = LedgerSignature.message(
      ledger: state.genesis?.id, sequence: state.count, head: head)
    try append(.checkpoint(try key.sign(message)))
  }

  /// Signs what was added since the ledger was opened, where there is a key, and closes the ledger.
  func close(signingWith key: LedgerKey?) throws {
    var failure: (any Error)?
    if let key, state.count > recordsAtOpening {
      do { try sign(with: key) } catch { failure = error }
    }
    try close()
    if let failure { throw failure }
  }
}

import ByteCoding
import Crypto
import Foundation

/// Ed25519 signatures over the head of a ledger.
enum LedgerSignature {
  /// What is signed: a text that says what this is, the ledger's id, and the number and hash of the last
  /// record.
  static func message(ledger: UUID?, sequence: Int, head: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(raw: Array("tare-ledger-checkpoint/1\n".utf8))
    writer.append(raw: ledger?.bytes ?? [])
    writer.append(UInt64(sequence))
    writer.append(raw: head)
    return writer.bytes
  }

  static func isValid(_ checkpoint: LedgerEntry.Checkpoint, of message: [UInt8]) -> Bool {
    guard
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: checkpoint.publicKey)
    else { return false }
    return key.isValidSignature(checkpoint.signature, for: message)
  }
}

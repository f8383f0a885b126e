import Foundation

extension LedgerKey {
  /// The public key that is kept beside a ledger's file, as hexadecimal digits, or nil.
  public static func publicKey(beside ledger: String) -> String? {
    // A file that is named alone lies in the folder that the process works in.
    let folder = (ledger as NSString).deletingLastPathComponent
    return publicKey(folder: folder.isEmpty ? "." : folder)
  }
}

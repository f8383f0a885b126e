import Foundation

/// The folder that holds the lifetime ledgers of chips.
///
/// Each chip has a folder of its own under `chips/`, with `ledger.sqlite` and, where records are signed,
/// its keys.
public struct LedgerHome: Sendable, Hashable {
  /// The folder.
  public let path: String

  /// A home at a path.
  public init(path: String) { self.path = path }

  /// The home of this user: `TARE_HOME`, else `tare` in `XDG_STATE_HOME`, else `~/.local/state/tare`.
  public static func standard(_ environment: [String: String]) -> LedgerHome {
    if let path = environment["TARE_HOME"], !path.isEmpty { return LedgerHome(path: path) }
    let state =
      environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
    return LedgerHome(path: state + "/tare")
  }

  /// The folder of a chip.
  ///
  /// - Throws: ``LedgerError/Code/invalid`` for a name that is no plain file name.
  public func folder(ofChip name: String) throws(LedgerError) -> String {
    let plain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-".utf8.contains(byte)
    }
    guard plain, !name.isEmpty, name.utf8.count <= 100, !name.hasPrefix(".") else {
      throw LedgerError(
        .invalid, path: path,
        "\"\(name)\" cannot name a chip: letters, digits, dots, dashes and underscores can, up to 100, "
          + "and no dot first")
    }
    return path + "/chips/" + name
  }

  /// The ledger of a chip.
  public func ledger(ofChip name: String) throws(LedgerError) -> String {
    try folder(ofChip: name) + "/ledger.sqlite"
  }

  /// The names of all chips that have a ledger here.
  public var chips: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/chips")) ?? []
    return names.sorted().filter {
      FileManager.default.fileExists(atPath: path + "/chips/\($0)/ledger.sqlite")
    }
  }

  /// Makes the folder of a chip.
  ///
  /// - Throws: ``LedgerError`` where it cannot be made.
  public func makeFolder(ofChip name: String) throws {
    let folder = try folder(ofChip: name)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw LedgerError(
        .readOnly, path: folder,
        "the chip's folder could not be made (\(error.localizedDescription)), so that no pulse could be "
          + "recorded; nothing was fired. Set TARE_HOME to a folder of your own")
    }
  }
}

import Foundation

/// A folder for ledgers, gone when the benchmark is.
final class ScratchFolder: Sendable {
  let path: String

  init(in folder: String) throws {
    path = folder + "/tare-benchmarks-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A new, empty folder inside.
  func folder() throws -> String {
    let folder = path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}

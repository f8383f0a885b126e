import Foundation

/// Reading files that the user names.
enum Input {
  /// The bytes of a file; a missing one is exit code 66, one that may not be read 77.
  static func data(_ path: String) throws -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure(.noInput, "\(path): there is no such file")
    }
    guard !isFolder.boolValue else {
      throw CommandFailure(.noInput, "\(path): this is a folder, and a file is needed")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw CommandFailure(.permission, "\(path): you may not read this file")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure(.inputOutput, "\(path): \(error.localizedDescription)")
    }
  }
}

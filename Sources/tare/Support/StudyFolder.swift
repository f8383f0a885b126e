import Foundation

/// The folder that a study writes into when it is done.
enum StudyFolder {
  /// Refuses a folder that cannot be written, before there is anything to lose.
  static func check(_ path: String?) throws {
    guard let path else { return }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw CommandFailure(.noInput, "--out \(path): there is no such folder; make it first")
    }
    guard FileManager.default.isWritableFile(atPath: path) else {
      throw CommandFailure(.permission, "--out \(path): the folder cannot be written")
    }
  }
}

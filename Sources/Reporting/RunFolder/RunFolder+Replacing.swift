import Foundation

extension RunFolder {
  /// Makes sure that something that exists is an empty folder, removing an earlier run if allowed.
  static func prepare(_ path: String, isFolder: Bool, replacing: Bool) throws {
    guard isFolder else {
      throw ReportingError(
        code: .exists, path: path,
        explanation: "\(path) is a file, not a folder. Choose another name for the run.")
    }
    let content: [String]
    do {
      content = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw ReportingError(
        code: .notWritable, path: path,
        explanation: "\(path) exists but cannot be read. Choose another folder.",
        systemMessage: error.localizedDescription)
    }
    if content.isEmpty || removeUnbegun(content, in: path) { return }
    let isRun = RunRecord.isPresent(in: path)
    guard isRun || !content.contains(ledgerName) else {
      throw ReportingError(
        code: .exists, path: path,
        explanation:
          "\(path) holds the ledger of a run, and no \(recordName) that can be read says which "
          + "run it is: it cannot be gone on with, and nothing was removed. Choose another folder, or put "
          + "\(recordName) back.")
    }
    guard isRun || !replacing else {
      throw ReportingError(
        code: .exists, path: path,
        explanation: "\(path) is not empty and holds no earlier run, so that nothing was removed. "
          + "Choose another folder.")
    }
    guard replacing else {
      throw ReportingError(
        code: .exists, path: path,
        explanation: isRun
          ? "\(path) holds an earlier run. Choose another folder, or ask to replace the run."
          : "\(path) exists and is not empty. Choose another folder.")
    }
    try remove(content, in: path)
  }

  /// Removes what a run leaves that was killed, or had no room, before its first record was whole.
  ///
  /// - Returns: whether the folder held nothing else; if it did, it is as it was.
  private static func removeUnbegun(_ content: [String], in path: String) -> Bool {
    let files = FileManager.default
    let isUnbegun = content.allSatisfy { name in
      let item = path + "/" + name
      if OutputFile.isAbandoned(name) { return true }
      return subfolders.contains(name)
        && (try? files.contentsOfDirectory(atPath: item))?.isEmpty == true
    }
    guard isUnbegun else { return false }
    for name in content {
      // A folder is removed only while it is empty.
      if OutputFile.isAbandoned(name) {
        try? files.removeItem(atPath: path + "/" + name)
      } else {
        SystemCalls.removeFolder(path + "/" + name)
      }
    }
    return true
  }

  /// Removes what is in a folder.
  ///
  /// The record goes last: after a failure the folder is still that of a run.
  private static func remove(_ content: [String], in path: String) throws {
    for name in content.filter({ $0 != recordName }) + [recordName] {
      do {
        // A symbolic link is removed, not what it leads to.
        try FileManager.default.removeItem(atPath: path + "/" + name)
      } catch {
        throw ReportingError(
          code: .notWritable, path: path + "/" + name,
          explanation: "The earlier run in \(path) could not be removed: \(name) is still there. "
            + "Remove the folder yourself, or choose another.",
          systemMessage: error.localizedDescription)
      }
    }
  }

  /// Makes one folder, in the words of this layer.
  static func makeFolder(_ path: String) throws {
    do {
      try SystemCalls.makeFolder(path)
    } catch {
      guard error.number != SystemError.noEntry else {
        throw ReportingError(
          code: .notWritable, path: path,
          explanation: "\(path) was not made: the folder around it does not exist. Create that "
            + "first.", systemMessage: error.message)
      }
      throw ReportingError.writing(path, failed: error)
    }
  }
}

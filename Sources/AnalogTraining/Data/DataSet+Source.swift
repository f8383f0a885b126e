import Foundation

extension DataSet {
  /// The data that a user names: "digits", a folder with the files of MNIST, or a CSV file.
  ///
  /// Of a CSV file the first four fifths train and the others test.
  ///
  /// - Throws: ``TrainingDataError``.
  public static func named(
    _ source: String
  ) throws(TrainingDataError) -> (train: DataSet, test: DataSet) {
    if source == "digits" { return try digits() }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      throw TrainingDataError(
        .unknownName, at: "data \"\(source)\"",
        "is neither \"digits\" nor a path that exists; "
          + "give a folder with the files of MNIST, or a CSV file")
    }
    if isFolder.boolValue { return try mnist(folder: source) }
    let whole = try DataSet(csv: source, name: URL(fileURLWithPath: source).lastPathComponent)
    let count = whole.count * 4 / 5
    return try whole.split(
      train: count, note: "the first \(count) lines train, the last \(whole.count - count) test")
  }
}

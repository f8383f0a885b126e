public import Foundation

/// The folder of one run: settings, ledger, maps, figures and report.
///
/// ```swift
/// let folder = try RunFolder.create(at: "runs/2-calibration", replacing: false)
/// try folder.write(NPYWriter.encode(map, rows: 64, columns: 64), to: "maps/points.npy")
/// try folder.writeJSON(settings, to: RunFolder.recordName)
/// ```
///
/// Every file is written as ``OutputFile`` does it: complete, or not at all.
public struct RunFolder: Sendable, Equatable {
  /// The file that makes a folder the folder of a run: `run.json`.
  public static let recordName = "run.json"

  /// The folders in it: `maps` and `figures`.
  public static let subfolders = ["maps", "figures"]

  /// The file of the run's ledger: `ledger.sqlite`.
  public static let ledgerName = "ledger.sqlite"

  /// Where the folder is.
  public let path: String

  /// Makes a folder for a run, with `maps/`, `figures/` and a first `run.json` in it.
  ///
  /// A folder that is there and empty is used as it is. The folder around it has to exist: making it
  /// could put a run on the wrong disk where one is not mounted.
  ///
  /// - Parameters:
  ///   - path: Where the folder is to be.
  ///   - record: What `run.json` says until the run has ended.
  ///   - replacing: Whether the content of a folder that holds an earlier run is removed. A folder
  ///     without the `run.json` of a run is never touched.
  /// - Throws: ``ReportingError`` with code `exists`, `notWritable`, `diskFull` or `io`.
  public static func create(
    at path: String, record: some Encodable = [String: String](), replacing: Bool = false
  ) throws -> RunFolder {
    var made: [String] = []
    do {
      if let status = SystemCalls.status(path) {
        try prepare(path, isFolder: status.st_mode & S_IFMT == S_IFDIR, replacing: replacing)
      } else {
        try makeFolder(path)
        made.append(path)
      }
      for name in subfolders {
        try makeFolder(path + "/" + name)
        made.append(path + "/" + name)
      }
      let folder = RunFolder(path: path)
      try folder.writeJSON(record, to: recordName)
      return folder
    } catch {
      for folder in made.reversed() { SystemCalls.removeFolder(folder) }
      throw error
    }
  }

  /// Opens the folder of an earlier run, to add to it.
  ///
  /// - Throws: ``ReportingError`` with code `invalid` where there is no run.
  public init(existing path: String) throws {
    guard RunRecord.isPresent(in: path) else {
      throw ReportingError(
        code: .invalid, path: path,
        explanation: "\(path) is not the folder of a run: it has no \(Self.recordName) of one.")
    }
    self.path = path
  }

  /// Opens the folder of a run that is gone on with, and removes the files that it was writing when it was killed.
  ///
  /// - Throws: ``ReportingError`` with code `invalid` where there is no run.
  public init(goingOnAt path: String) throws {
    try self.init(existing: path)
    for folder in [path] + Self.subfolders.map({ path + "/" + $0 }) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names where OutputFile.isAbandoned(name) {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }

  private init(path: String) {
    self.path = path
  }

  /// The folder that a name leads to: links are followed, and no slash is left at its end.
  public static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// Writes bytes to a file of the run, replacing one that is there.
  ///
  /// - Parameter name: The path within the folder, such as `maps/points.npy`.
  /// - Throws: ``ReportingError``; `invalid` for a name that leads out of the folder, and for a
  ///   `run.json` that ``writeJSON(_:to:)`` has not marked.
  public func write(_ data: Data, to name: String) throws {
    let target = try file(name)
    if name == Self.recordName, !RunRecord.isMarked(data) {
      throw ReportingError(
        code: .invalid, path: target,
        explanation: "\(target) was not written: it lacks the mark of a run. Use writeJSON.")
    }
    try OutputFile.write(data, to: target)
  }

  /// Writes a text in UTF-8 to a file of the run, replacing one that is there.
  ///
  /// - Throws: ``ReportingError`` as for bytes.
  public func write(_ text: String, to name: String) throws {
    try write(Data(text.utf8), to: name)
  }

  /// Writes a value as JSON: keys sorted, indented, with a line feed at the end.
  ///
  /// Numbers that JSON lacks become the texts "NaN", "Infinity" and "-Infinity". `run.json` has to be
  /// an object and gets a key `format` that marks the folder as that of a run.
  ///
  /// - Throws: ``ReportingError``; `invalid` for a value that cannot be written as JSON.
  public func writeJSON(_ value: some Encodable, to name: String) throws {
    let target = try file(name)
    do {
      let data = try RunRecord.encode(value, isRecord: name == Self.recordName)
      try OutputFile.write(data, to: target)
    } catch let error as EncodingError {
      throw ReportingError(
        code: .invalid, path: target,
        explanation: "\(target) was not written: the value has no form in JSON.",
        systemMessage: String(describing: error))
    }
  }

  /// The full path of a file of the run.
  ///
  /// - Throws: ``ReportingError`` with code `invalid` for a name that leads out of the folder.
  public func file(_ name: String) throws -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isInside = parts.allSatisfy { !$0.isEmpty && $0 != ".." && $0 != "." }
    guard isInside, !name.contains("\0") else {
      throw ReportingError(
        code: .invalid, path: name,
        explanation: "\"\(name)\" is not a file in the folder of a run: give a name such as "
          + "\"maps/points.npy\".")
    }
    return path + "/" + name
  }
}

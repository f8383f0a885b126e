import Foundation

/// An earlier run that is to be replaced, out of the way until the new one has begun.
public struct ReplacedRun: Sendable {
  private let path: String
  private let aside: String

  /// Moves the folder of a run aside.
  ///
  /// - Returns: nil where there is no run, or its folder cannot be moved, as that of a mounted disk.
  public init?(at path: String) {
    guard RunRecord.isPresent(in: path) else { return nil }
    let aside = "\(path).replaced-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try FileManager.default.moveItem(atPath: path, toPath: aside)
    } catch {
      return nil
    }
    (self.path, self.aside) = (path, aside)
  }

  /// Puts the earlier run back in the place of one that could not begin.
  public func restore() {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.moveItem(atPath: aside, toPath: path)
  }

  /// Removes the earlier run.
  public func discard() { try? FileManager.default.removeItem(atPath: aside) }
}

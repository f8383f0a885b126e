public import Foundation

/// What `run.json` says of every run, from its start on: enough to go on with one that was killed.
public struct RunMark: Codable, Sendable, Hashable {
  /// How far a run is.
  public enum Status: String, Codable, Sendable, Hashable {
    /// It runs, or was killed.
    case running
    /// It was stopped, and said so.
    case interrupted
    /// It came to its end.
    case finished
  }

  /// What no other run has.
  public var id: UUID
  /// How far it is.
  public var status: Status
  /// The settings that decide what it does.
  public var settings: [String: String]
  /// When it was begun.
  public var started: Date

  /// Marks a run that begins.
  public init(id: UUID = UUID(), settings: [String: String], started: Date = Date()) {
    self.id = id
    status = .running
    self.settings = settings
    self.started = started
  }

  /// The mark of the run in a folder, or nil where there is none.
  public init?(of folder: String) {
    guard RunRecord.isPresent(in: folder),
      let data = FileManager.default.contents(atPath: folder + "/" + RunFolder.recordName),
      let mark = try? JSONText.decoder.decode(RunMark.self, from: data)
    else { return nil }
    self = mark
  }
}

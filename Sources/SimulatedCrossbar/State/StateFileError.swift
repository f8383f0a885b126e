/// A state file that cannot be used.
public struct StateFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Sendable, Hashable {
    /// The file is something else.
    case notAStateFile
    /// The file is a state file of which a part is missing or wrong.
    case damaged
    /// The file was written by a newer version of Tare, or by a machine of another byte order.
    case newerVersion
    /// The file holds a chip that was made with other settings.
    case otherChip
    /// The folder of the file does not exist.
    case noFolder
    /// The file may not be read and written.
    case permission
    /// The system failed, as on a full disk.
    case system
  }

  /// What is wrong.
  public var code: Code
  /// The file.
  public var path: String
  /// What was found there, and what can be done.
  public var explanation: String

  /// Describes a fault.
  public init(_ code: Code, _ path: String, _ explanation: String) {
    self.code = code
    self.path = path
    self.explanation = explanation
  }

  /// The file and the explanation.
  public var description: String { "state file \(path): \(explanation)" }
}

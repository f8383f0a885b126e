/// A device model or its file that cannot be used.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Sendable, Hashable {
    /// The text is not JSON, or not of the expected form.
    case malformed
    /// The file was written by a newer version of Tare.
    case newerVersion
    /// A name that is not known here.
    case unknownName
    /// A value that has no meaning.
    case badValue
    /// Arrays that do not fit to each other or to the array of cells.
    case wrongSize
  }

  /// What is wrong.
  public var code: Code
  /// Where: a parameter, or a path in a file.
  public var place: String
  /// What was found there, and what would be accepted.
  public var explanation: String

  /// Describes a fault.
  public init(_ code: Code, at place: String, _ explanation: String) {
    self.code = code
    self.place = place
    self.explanation = explanation
  }

  /// The place and the explanation.
  public var description: String { "\(place): \(explanation)" }
}

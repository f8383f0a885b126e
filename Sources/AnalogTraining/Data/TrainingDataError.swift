/// Data, a network or a schedule that training cannot use.
public struct TrainingDataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Sendable, Hashable {
    /// A file that is not there or cannot be read.
    case unreadable
    /// Bytes or text of another form than expected.
    case malformed
    /// A file ends before what its head announces.
    case truncated
    /// A file goes on after what its head announces, or is larger than what is read here.
    case tooLarge
    /// Compressed bytes whose checksum or form is wrong.
    case damaged
    /// A value that has no meaning, such as a label beyond the classes.
    case badValue
    /// Parts that do not fit to each other, such as an image to a network.
    case wrongSize
    /// A name that is not known here.
    case unknownName
    /// A loss that is no number any more.
    case notFinite
  }

  /// What is wrong.
  public var code: Code
  /// Where: a file with the line where it is known, a layer, a setting.
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

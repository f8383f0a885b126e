/// Why a file is no reference map that can be used.
public struct ReferenceMapError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure that a caller may want to tell apart.
  public enum Code: String, Sendable, Hashable {
    /// There is no such file.
    case missing
    /// It is cut short, or was changed by something that does not know its form.
    case damaged
    /// It is something else, or of a later version.
    case foreign
    /// Its lists are not as long as its region has cells.
    case shape
    /// Cells have no value where one is needed.
    case incomplete
  }

  /// What kind of failure it is.
  public var code: Code
  /// What was read, what is wrong with it, and what can be done.
  public var description: String

  /// Describes a failure.
  public init(_ code: Code, _ description: String) {
    (self.code, self.description) = (code, description)
  }
}

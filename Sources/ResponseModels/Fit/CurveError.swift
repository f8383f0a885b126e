/// A measured pulse curve could not be read: what is wrong, where, and what to do.
public struct CurveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with the text.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The text has no line with values.
    case empty
    /// The bytes are not UTF-8 text.
    case notText
    /// A line has fewer columns than the form of the file needs.
    case missingColumn
    /// A line has more columns than the form of the file has.
    case extraColumn
    /// A header has no column for something that is needed, or one twice.
    case unknownHeader
    /// A header names a unit that is not known, or not one of what its column holds.
    case unknownUnit
    /// A number column holds something that is not a number.
    case notANumber
    /// A number column holds NaN or an infinite number.
    case notFinite
    /// A resistance is not above zero, or a conductance is below zero.
    case outOfRange
    /// A polarity column names no direction.
    case unknownPolarity
    /// Values follow an empty field of the same column.
    case gap
    /// The index of a pulse is not above that of the pulse before.
    case order
  }

  /// What is wrong.
  public let code: Code
  /// The name of the file or device that the text came from.
  public let source: String
  /// The line, counted from 1; 0 when the text as a whole is meant.
  public let line: Int
  /// The column, the number of the field in its line, counted from 1; 0 for the line as a whole.
  public let column: Int
  /// The offending text; empty when there is none.
  public let text: String
  /// What happened and what to do about it.
  public let explanation: String

  /// Creates the error of one place.
  public init(
    _ code: Code, source: String, line: Int = 0, column: Int = 0, text: String = "",
    explanation: String
  ) {
    self.code = code
    self.source = source
    self.line = line
    self.column = column
    self.text = text
    self.explanation = explanation
  }

  /// The place, the offending text and the explanation in one line.
  public var description: String {
    var place = source
    if line > 0 { place += ", line \(line)" }
    if column > 0 { place += ", column \(column)" }
    let found = text.isEmpty ? "" : " (found \"\(text.prefix(40))\")"
    return "\(place): \(explanation)\(found)"
  }
}

/// One field of a table in CSV.
public struct CSVField: Sendable, Equatable {
  /// The content, without the quotes that a file may need around it.
  public let text: String

  /// A field without a value.
  public static let missing = CSVField(text: "")

  /// A text.
  public static func text(_ text: String) -> CSVField {
    CSVField(text: text)
  }

  /// An integer.
  public static func integer(_ value: some BinaryInteger) -> CSVField {
    CSVField(text: String(value))
  }

  /// A number in the shortest form that reads back as the same number; empty for not a number.
  ///
  /// The decimal separator is a point in every locale. Infinite values are `inf` and `-inf`.
  public static func number(_ value: Double) -> CSVField {
    CSVField(text: shortest(value))
  }

  /// A number of single precision, in the shortest form that reads back as the same number.
  public static func number(_ value: Float) -> CSVField {
    CSVField(text: shortest(value))
  }

  private static func shortest<Value: BinaryFloatingPoint & CustomStringConvertible>(
    _ value: Value
  ) -> String {
    guard !value.isNaN else { return "" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The field as it stands in a file: quoted where it holds a comma, a quote or a line break.
  var quoted: String {
    let special: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
    let isPlain = !text.unicodeScalars.contains(where: special.contains)
    // Readers may drop spaces at the ends of a field without quotes.
    if isPlain, text.first != " ", text.last != " " { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}

extension CSVField: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral
{
  /// A text.
  public init(stringLiteral value: String) {
    self = .text(value)
  }

  /// An integer.
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }

  /// A number.
  public init(floatLiteral value: Double) {
    self = .number(value)
  }
}

/// One object of a JSON Lines file, its names in the order in which they are added.
///
/// `JSONEncoder` takes longer for a line than SQLite for a record; ledgers have millions of both.
struct JSONLine {
  private var body = ""

  /// Adds a text, or null.
  mutating func add(_ name: String, _ value: String?) {
    append(name, value.map(Self.quoted) ?? "null")
  }

  /// Adds an integer, or null.
  mutating func add(_ name: String, _ value: (some BinaryInteger)?) {
    append(name, value.map { "\($0)" } ?? "null")
  }

  /// Adds a number in the shortest form that reads back as the same; null for none, and for what JSON
  /// has no number for.
  mutating func add(_ name: String, _ value: Double?) {
    append(name, value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null")
  }

  /// Adds true or false.
  mutating func add(_ name: String, _ value: Bool) { append(name, value ? "true" : "false") }

  /// Adds an array of integers.
  mutating func add(_ name: String, _ values: [some BinaryInteger]) {
    append(name, "[" + values.map { "\($0)" }.joined(separator: ",") + "]")
  }

  /// Adds an object.
  mutating func add(_ name: String, _ object: JSONLine?) {
    append(name, object.map { "{\($0.body)}" } ?? "null")
  }

  /// The object with a line feed behind it.
  var text: String { "{\(body)}\n" }

  private mutating func append(_ name: String, _ value: String) {
    if !body.isEmpty { body += "," }
    body += "\"\(name)\":" + value
  }

  /// A text as a JSON string (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// What is wrong with a bench file, or another one of its kind, and where.
public struct BenchFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// The line, counted from 1, where it is known.
  public var line: Int?
  /// The section and the key, such as "[user] life"; nil where the file as a whole is wrong.
  public var key: String?
  /// What is wrong, with the value, and what would be accepted.
  public var explanation: String

  package init(file: String, line: Int? = nil, key: String? = nil, explanation: String) {
    (self.file, self.line, self.key, self.explanation) = (file, line, key, explanation)
  }

  /// Such as "bench.toml:7: [user] life: ...".
  public var description: String {
    let place = file + (line.map { ":\($0)" } ?? "")
    return ([place] + [key, explanation].compactMap { $0 }).joined(separator: ": ")
  }
}

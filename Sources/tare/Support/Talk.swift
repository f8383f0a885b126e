import Foundation

/// What the command says besides its data: on stderr, and progress on a terminal only.
struct Talk: Sendable {
  let isQuiet: Bool
  /// Of what lines are about, where it is one of several.
  var name: String?

  /// A line, unless the user asked for quiet.
  func say(_ text: String) {
    if !isQuiet { Self.always((name.map { "\($0): " } ?? "") + text) }
  }

  /// A line that replaces the one before.
  func progress(_ text: String) {
    guard !isQuiet, isatty(2) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// Takes the line of progress away.
  func endProgress() { progress("") }

  static func always(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

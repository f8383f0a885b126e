import Foundation

/// A pattern of a match: alternatives apart by `|`, with `*`, `?` and `[...]` as in a shell.
struct UdevPattern {
  private let alternatives: [String]

  init(_ pattern: String) {
    alternatives = pattern.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  }

  func matches(_ text: String?) -> Bool {
    guard let text else { return false }
    return alternatives.contains { fnmatch($0, text, 0) == 0 }
  }
}

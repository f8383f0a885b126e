import Foundation

/// The page of results: Markdown, printed as it grows.
struct ResultsPage {
  private(set) var markdown = ""

  mutating func heading(_ text: String) {
    add((markdown.isEmpty ? "# " : "## ") + text)
  }

  mutating func text(_ text: String) { add(text) }

  /// Whether a target holds, with what was measured.
  mutating func target(_ text: String, holds: Bool, measured: String) {
    add("**\(holds ? "Holds" : "Missed")**: \(text). Measured: \(measured).")
  }

  mutating func table(_ heads: [String], _ rows: [[String]]) {
    let lines = [heads, heads.map { _ in "---" }] + rows
    add(lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
  }

  private mutating func add(_ block: String) {
    print(block + "\n")
    fflush(nil)
    markdown += (markdown.isEmpty ? "" : "\n") + block + "\n"
  }
}

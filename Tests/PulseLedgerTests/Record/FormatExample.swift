import Foundation

@testable import PulseLedger

/// The worked example in docs/ledger-format.md.
struct FormatExample {
  struct Record {
    var name: String
    var body: [UInt8]
    var hash: String
  }

  struct Malformed: Error { let line: String }

  var records: [Record] = []
  /// What the checkpoint signs.
  var message: [UInt8] = []

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Reads the blocks of the page: a heading, lines of bytes with two spaces before what they are, a hash.
  init() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/ledger-format.md"), encoding: .utf8)
    var isBlock = false
    var isMessage = false
    for line in page.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isBlock = line == "```text"
        isMessage = false
      } else if isBlock, line.hasPrefix("record ") {
        records.append(Record(name: line, body: [], hash: ""))
      } else if isBlock, line == "message" {
        isMessage = true
      } else if isBlock, line.hasPrefix("hash ") {
        records[records.count - 1].hash = String(line.dropFirst(5))
      } else if isBlock {
        let digits = line.components(separatedBy: "  ")[0].filter { $0 != " " }
        guard let bytes = Hexadecimal.bytes(digits), !bytes.isEmpty else {
          throw Malformed(line: line)
        }
        if isMessage { message += bytes } else { records[records.count - 1].body += bytes }
      }
    }
  }
}

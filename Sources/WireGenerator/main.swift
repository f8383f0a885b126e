import Foundation

// `make generate`: everything that follows from Firmware-protocol/messages.json, written into the places
// where it is used. The results are committed; CI fails where they differ.

/// Puts text between two marks of a file, and leaves the rest of it alone.
func replace(_ path: String, between start: String, and end: String, with text: String) throws {
  let old = try String(contentsOfFile: path, encoding: .utf8)
  guard let first = old.range(of: start), let last = old.range(of: end),
    first.upperBound < last.lowerBound
  else { throw Declarations.Problem(description: "\(path) has no marks \(start) ... \(end)") }
  let new = old[..<first.upperBound] + "\n" + text + old[last.lowerBound...]
  try new.write(toFile: path, atomically: true, encoding: .utf8)
}

do {
  let source = "Firmware-protocol/messages.json"
  let data = try Data(contentsOf: URL(fileURLWithPath: source))
  let declarations = try JSONDecoder().decode(Declarations.self, from: data)
  try declarations.check()
  try SwiftWriter(declarations: declarations).text().write(
    toFile: "Sources/WireProtocol/Generated/Messages.swift", atomically: true, encoding: .utf8)
  try replace(
    "Firmware-protocol/reference/tare_board.h",
    between: "/* Generated from messages.json: begin */",
    and: "/* Generated from messages.json: end */",
    with: try HeaderWriter(declarations: declarations).text())
  try replace(
    "Firmware-protocol/SPECIFICATION.md",
    between: "<!-- Generated from messages.json: begin -->",
    and: "<!-- Generated from messages.json: end -->",
    with: "\n" + (try TableWriter(declarations: declarations).text()) + "\n")
} catch {
  FileHandle.standardError.write(Data("wire-generator: \(error)\n".utf8))
  exit(65)
}

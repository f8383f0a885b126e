/// The findings as a page for a terminal: commands stand alone on their lines, so that they can be copied.
struct DoctorReport {
  let findings: [Finding]
  /// Whether what is in order is left out.
  let isShort: Bool

  /// The columns of text, after the house's width of a line.
  private static let width = 100
  private static let indent = String(repeating: " ", count: 12)

  init(_ findings: [Finding], isShort: Bool = false) {
    (self.findings, self.isShort) = (findings, isShort)
  }

  /// The page.
  var text: String {
    let told = findings.filter { !isShort || $0.state != .ok }
    let failed = findings.filter(\.isFailed).count
    let end =
      failed == 0
      ? "Nothing is in the way.\n"
      : "\(failed == 1 ? "One thing is" : "\(failed) things are") missing or in the way: give the commands from the top, "
        + "then tare doctor again.\n"
    return told.map(Self.paragraph).joined() + (told.isEmpty || isShort ? "" : "\n") + end
  }

  private static func paragraph(_ finding: Finding) -> String {
    let state = finding.state.rawValue
    let head = state + String(repeating: " ", count: max(1, indent.count - state.count))
    let lines = wrapped("\(finding.topic): \(finding.text)", width - indent.count)
    let text = lines.joined(separator: "\n" + indent)
    return head + text + "\n" + finding.commands.map { "\(indent)    \($0)\n" }.joined()
  }

  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var (lines, line) = ([String](), "")
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return lines + [line]
  }
}

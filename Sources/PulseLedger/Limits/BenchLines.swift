/// Finds keys in the text of a bench file, because the parser keeps no lines of values.
enum BenchLines {
  /// The line, counted from 1, on which a key of a section stands; the line of the section for a key that
  /// stands there in braces; nil where neither is found.
  ///
  /// - Parameter element: which of the sections of one name, counted from 1, where there may be several.
  static func line(
    of key: String, in section: String, of text: String, element: Int? = nil
  ) -> Int? {
    var current = ""
    var head: Int?
    var elements = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.trimmingPrefix(while: { $0 == " " || $0 == "\t" })
      if line.hasPrefix("[") {
        current = String(line.drop { $0 == "[" }.prefix { $0 != "]" }).filter { $0 != " " }
        if line.hasPrefix("[["), current == section { elements += 1 }
        if current == section, element ?? elements == elements { head = index + 1 }
        if section.isEmpty && current == key { return index + 1 }
        continue
      }
      let name = line.prefix { $0 != "=" && $0 != "#" }.filter { !" \t\"'\r".contains($0) }
      guard name.count < line.count, !name.isEmpty else { continue }
      let full = current.isEmpty ? name : "\(current).\(name)"
      let isHere = element == nil || element == elements
      if isHere, full == (section.isEmpty ? key : "\(section).\(key)") { return index + 1 }
      if full == section { head = index + 1 }
    }
    return head
  }
}

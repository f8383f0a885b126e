/// Writes the byte tables of the specification.
struct TableWriter {
  let declarations: Declarations

  func text() throws -> String {
    var text = "Schema hash: `0x\(String(declarations.schema, radix: 16, uppercase: true))`.\n"
    text += "\n### Enumerations\n"
    for entry in declarations.enums {
      text += "\n**\(entry.name)**: \(entry.about)\n\n| value | name | meaning |\n|---|---|---|\n"
      for value in entry.values { text += "| \(value.value) | \(value.name) | \(value.about) |\n" }
    }
    text += "\n### Structures\n"
    for entry in declarations.structs {
      text += "\n**\(entry.name)**: \(entry.about)\n\n" + (try table(entry.fields))
    }
    text += "\n### Messages\n\n| type | message | from | numbered | payload | frame |\n"
    text += "|---|---|---|---|---|---|\n"
    for entry in declarations.messages {
      let size = try entry.fields.reduce(0) {
        $0 + (try declarations.kind(of: $1).size ?? least($1))
      }
      let isOpen = try entry.fields.contains { try declarations.kind(of: $0).size == nil }
      let more = isOpen ? "+" : ""
      // COBS adds a byte for each 254 begun, and the delimiter.
      let frame = size + 12 + 2 + (size + 12) / 254
      text +=
        "| \(entry.type) | \(entry.name) | \(entry.from) | \(entry.sequenced ? "yes" : "no") | "
        + "\(size)\(more) | \(frame)\(more) |\n"
    }
    for entry in declarations.messages {
      text += "\n#### \(entry.name) (\(entry.type))\n\n\(entry.about)\n"
      if !entry.fields.isEmpty { text += "\n" + (try table(entry.fields)) }
    }
    return text
  }

  private func least(_ field: Declarations.Field) throws -> Int {
    try declarations.kind(of: field) == .bytes ? 0 : 1
  }

  private func table(_ fields: [Declarations.Field]) throws -> String {
    var text = "| byte | field | type | unit | meaning |\n|---|---|---|---|---|\n"
    var offset: Int? = 0
    for field in fields {
      let place = offset.map(String.init) ?? "then"
      text +=
        "| \(place) | \(field.name) | \(field.type) | \(field.unit ?? "") | \(field.about) |\n"
      offset = try declarations.kind(of: field).size.flatMap { size in offset.map { $0 + size } }
    }
    return text
  }
}

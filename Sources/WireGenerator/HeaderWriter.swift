/// Writes the part of the board's header that follows from the declarations.
struct HeaderWriter {
  let declarations: Declarations

  func text() throws -> String {
    var text = """
      #define TARE_MAJOR \(declarations.major)
      #define TARE_MINOR \(declarations.minor)
      #define TARE_SCHEMA 0x\(String(declarations.schema, radix: 16, uppercase: true))ull


      """
    for constant in declarations.constants {
      text += "/* \(constant.about) */\n"
      text +=
        "#define \(constant.name.cConstant) \(constant.value)\(constant.value > 1 << 31 ? "ull" : "u")\n"
    }
    for entry in declarations.enums {
      text += "\n/* \(entry.about) */\nenum \(entry.name.cType) {\n"
      for value in entry.values {
        text += "  \(entry.name.cConstant)_\(value.name.cConstant.dropFirst(5)) = \(value.value),\n"
      }
      text += "};\n"
    }
    text += "\n/* Types of messages. */\nenum tare_message {\n"
    for entry in declarations.messages { text += "  \(entry.name.cConstant) = \(entry.type),\n" }
    text += """
      };

      /* Structures and payloads. In a layout each field is its number of bytes, or 0x80 and the number where
         it is bytes in a row; texts, bytes and lists are not part of it. */

      """
    for entry in declarations.structs { text += try structure(entry.name, entry.fields) }
    for entry in declarations.messages { text += try structure(entry.name, entry.fields) }
    return text
  }

  private func structure(_ name: String, _ fields: [Declarations.Field]) throws -> String {
    let kinds = try fields.map { ($0, try declarations.kind(of: $0)) }
    let fixed = kinds.filter { $0.1.size != nil }
    let more = kinds.filter { $0.1.size == nil }.map { "\($0.0.name) (\($0.0.type))" }
    let note = more.isEmpty ? "" : "  /* besides: \(more.joined(separator: ", ")) */\n"
    guard !fixed.isEmpty else { return note.isEmpty ? "" : "\n/* \(name): only \(more[0]) */\n" }
    var text = "\ntypedef struct {\n"
    for (field, kind) in fixed {
      let unit = field.unit.map { " /* \($0) */" } ?? ""
      switch kind {
      case .integer(let bytes, let isSigned):
        text += "  \(isSigned ? "" : "u")int\(8 * bytes)_t \(field.name.cField);\(unit)\n"
      case .array(let bytes): text += "  uint8_t \(field.name.cField)[\(bytes)];\n"
      default: text += "  uint8_t \(field.name.cField); /* enum \(field.type.cType) */\n"
      }
    }
    text += note + "} \(name.cType);\n"
    let layout = fixed.map { _, kind in
      if case .array(let bytes) = kind { "\(0x80 + bytes)" } else { "\(kind.size ?? 0)" }
    }
    text += "#define \(name.cConstant)_LAYOUT {\(layout.joined(separator: ", ")), 0}\n"
    text += "#define \(name.cConstant)_BYTES \(fixed.reduce(0) { $0 + ($1.1.size ?? 0) })u\n"
    return text
  }
}

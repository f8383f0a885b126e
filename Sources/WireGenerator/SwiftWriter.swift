import Foundation

/// Writes the Swift codec.
struct SwiftWriter {
  let declarations: Declarations
  /// Apart, so that this file does not seem to import what it writes.
  private let keyword = "import"

  init(declarations: Declarations) { self.declarations = declarations }

  func text() throws -> String {
    var text = """
      // Written by `make generate` from Firmware-protocol/messages.json; changes here are lost.
      public \(keyword) ByteCoding

      extension Wire {
        /// Version of the protocol: frames of another major version are dropped.
        public static let major: UInt8 = \(declarations.major)
        /// Newest minor version that is spoken here.
        public static let minor: UInt8 = \(declarations.minor)
        /// Hash of the declarations.
        public static let schema: UInt64 = 0x\(String(declarations.schema, radix: 16, uppercase: true))

      """
    for constant in declarations.constants {
      text += "\(comment(constant.about, "  /// "))\n"
      let value = constant.value == .max ? "UInt64.max" : "\(constant.value)"
      text += "  public static let \(constant.name.valueName) = \(value)\n"
    }
    text += "}\n"
    for entry in declarations.enums { text += enumeration(entry) }
    for entry in declarations.structs {
      text += try structure(entry.name, entry.about, entry.fields, conformance: "WireFields", "")
    }
    for entry in declarations.messages {
      let constants = """
            /// The type in a frame's header.
            public static let type: UInt8 = \(entry.type)
            /// Whether it is numbered, acknowledged and sent again.
            public static let isSequenced = \(entry.sequenced)

        """
      text += try structure(
        entry.name, entry.about, entry.fields, conformance: "WirePayload", constants)
    }
    return text + (try messages())
  }

  /// A documentation comment: the first sentence stands by itself.
  private func comment(_ text: String, _ prefix: String, unit: String? = nil) -> String {
    var text = text.prefix(1).uppercased() + text.dropFirst()
    if let unit { text += ", in \(unit)" }
    if !text.hasSuffix(".") { text += "." }
    guard let end = text.range(of: ". ") else { return text.wrapped(prefix) }
    let first = text[..<end.lowerBound] + "."
    return String(first).wrapped(prefix) + "\n" + prefix.dropLast() + "\n"
      + String(text[end.upperBound...]).wrapped(prefix)
  }

  private func enumeration(_ entry: Declarations.Enumeration) -> String {
    var text = """

      extension Wire {
      \(comment(entry.about, "  /// "))
        public enum \(entry.name.typeName): UInt8, Sendable, Hashable, CaseIterable {

      """
    for value in entry.values {
      text += "\(comment(value.about, "    /// "))\n"
      text += "    case \(value.name.valueName) = \(value.value)\n"
    }
    return text + "  }\n}\n"
  }

  private func type(_ field: Declarations.Field) throws -> String {
    switch try declarations.kind(of: field) {
    case .integer(let bytes, let isSigned): (isSigned ? "Int" : "UInt") + "\(8 * bytes)"
    case .enumeration(let name): name.typeName
    case .array, .text, .bytes: "[UInt8]"
    case .list(let name): "[\(name.typeName)]"
    }
  }

  private func structure(
    _ name: String, _ about: String, _ fields: [Declarations.Field], conformance: String,
    _ constants: String
  ) throws -> String {
    var text = """

      extension Wire {
      \(comment(about, "  /// "))
        public struct \(name.typeName): \(conformance) {
      \(constants)
      """
    for field in fields {
      text += "\(comment(field.about, "    /// ", unit: field.unit))\n"
      text += "    public var \(field.name): \(try type(field))\n"
    }
    let parameters = try fields.map { "\($0.name): \(try type($0))" }.joined(separator: ", ")
    text += "\n    /// Fills in all fields.\n    public init(\(parameters)) {\n"
    for field in fields { text += "      self.\(field.name) = \(field.name)\n" }
    text += "    }\n\n    /// Reads the fields.\n"
    text += "    public init(from reader: inout ByteReader) throws(ByteError) {\n"
    for field in fields { text += "      \(try reading(field))\n" }
    text += "    }\n\n    /// Writes the fields.\n"
    text += "    public func write(to writer: inout ByteWriter) {\n"
    for field in fields { text += "      \(try writing(field))\n" }
    return text + "    }\n  }\n}\n"
  }

  private func reading(_ field: Declarations.Field) throws -> String {
    switch try declarations.kind(of: field) {
    case .integer: "\(field.name) = try reader.integer()"
    case .enumeration(let name):
      "\(field.name) = try reader.value(\(name.typeName).init(rawValue:))"
    case .array(let bytes): "\(field.name) = try reader.raw(\(bytes))"
    case .text: "\(field.name) = try reader.raw(Int(try reader.integer(UInt8.self)))"
    case .bytes: "\(field.name) = try reader.raw(reader.left)"
    case .list(let name): "\(field.name) = try reader.list(\(name.typeName).self)"
    }
  }

  private func writing(_ field: Declarations.Field) throws -> String {
    switch try declarations.kind(of: field) {
    case .integer: "writer.append(\(field.name))"
    case .enumeration: "writer.append(\(field.name).rawValue)"
    case .array, .bytes: "writer.append(raw: \(field.name))"
    case .text: "writer.append(short: \(field.name))"
    case .list: "writer.append(list: \(field.name))"
    }
  }

  /// One type for all messages.
  private func messages() throws -> String {
    let names = declarations.messages.map { ($0.name.typeName, $0.name.valueName, $0.about) }
    var text =
      "\nextension Wire {\n  /// Any message.\n  public enum Message: Sendable, Hashable {\n"
    for (type, value, about) in names {
      text += "\(comment(about, "    /// "))\n    case \(value)(\(type))\n"
    }
    text += """

          /// Reads the payload of a frame.
          ///
          /// - Returns: nil for a type that is not known.
          public init?(type: UInt8, payload: [UInt8]) throws(ByteError) {
            var reader = ByteReader(payload)
            switch type {

      """
    for (type, value, _) in names {
      text += "      case \(type).type: self = .\(value)(try \(type)(from: &reader))\n"
    }
    text += "      default: return nil\n      }\n      try reader.end()\n    }\n\n"
    text +=
      "    /// The type in a frame's header.\n    public var type: UInt8 {\n      switch self {\n"
    for (type, value, _) in names { text += "      case .\(value): \(type).type\n" }
    text += "      }\n    }\n\n    /// Writes the payload of a frame.\n"
    text += "    public func write(to writer: inout ByteWriter) {\n      switch self {\n"
    for (_, value, _) in names {
      text += "      case .\(value)(let payload): payload.write(to: &writer)\n"
    }
    return text + "      }\n    }\n  }\n}\n"
  }
}

import Foundation

/// What Firmware-protocol/messages.json declares.
struct Declarations: Decodable {
  struct Constant: Decodable {
    var name: String
    var value: UInt64
    var about: String
  }

  struct Enumeration: Decodable {
    struct Value: Decodable {
      var name: String
      var value: UInt8
      var about: String
    }
    var name: String
    var about: String
    var values: [Value]
  }

  struct Field: Decodable {
    var name: String
    var type: String
    var unit: String?
    var about: String
  }

  struct Structure: Decodable {
    var name: String
    var about: String
    var fields: [Field]
  }

  struct Message: Decodable {
    var name: String
    var type: String
    var from: String
    var session: Bool
    var sequenced: Bool
    var about: String
    var fields: [Field]

    var code: UInt8 { UInt8(type.dropFirst(2), radix: 16) ?? 0 }
  }

  var `protocol`: String
  var major: Int
  var minor: Int
  var about: String
  var constants: [Constant]
  var enums: [Enumeration]
  var structs: [Structure]
  var messages: [Message]
}

/// How a field lies in a payload.
enum FieldKind: Equatable {
  /// An integer of so many bytes.
  case integer(bytes: Int, isSigned: Bool)
  /// A byte that stands for a value of an enumeration.
  case enumeration(String)
  /// So many bytes in a row.
  case array(bytes: Int)
  case text
  case bytes
  /// A count and so many structures.
  case list(of: String)

  /// Bytes where that is always the same.
  var size: Int? {
    switch self {
    case .integer(let bytes, _), .array(let bytes): bytes
    case .enumeration: 1
    case .text, .bytes, .list: nil
    }
  }
}

extension Declarations {
  struct Problem: Error, CustomStringConvertible { var description: String }

  func kind(of field: Field) throws -> FieldKind {
    switch field.type {
    case "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64":
      let bits = Int(field.type.dropFirst()) ?? 0
      return .integer(bytes: bits / 8, isSigned: field.type.hasPrefix("i"))
    case "text": return .text
    case "bytes": return .bytes
    case let type where type.hasPrefix("u8["):
      guard let bytes = Int(type.dropFirst(3).dropLast()) else {
        throw Problem(description: "\(field.name): \(type)")
      }
      return .array(bytes: bytes)
    case let type where type.hasPrefix("["):
      let name = String(type.dropFirst().dropLast())
      guard structs.contains(where: { $0.name == name }) else {
        throw Problem(description: "\(field.name): there is no structure \(name)")
      }
      return .list(of: name)
    default:
      guard enums.contains(where: { $0.name == field.type }) else {
        throw Problem(description: "\(field.name): there is no type \(field.type)")
      }
      return .enumeration(field.type)
    }
  }

  /// Refuses declarations that the writers cannot serve, or that would be ambiguous on the wire.
  func check() throws {
    func unique(_ names: [String], _ what: String) throws {
      let twice = Dictionary(grouping: names, by: { $0 }).filter { $0.value.count > 1 }.keys
        .sorted()
      guard twice.isEmpty else { throw Problem(description: "\(what) twice: \(twice)") }
    }
    try unique(messages.map(\.name), "messages")
    try unique(messages.map(\.type), "message types")
    try unique(
      enums.map(\.name.typeName) + structs.map(\.name.typeName) + messages.map(\.name.typeName),
      "types")
    for value in enums { try unique(value.values.map { "\($0.value)" }, "\(value.name): values") }
    for structure in structs {
      try unique(structure.fields.map(\.name), "\(structure.name): fields")
      for field in structure.fields where try kind(of: field).size == nil {
        throw Problem(description: "\(structure.name).\(field.name): structures have a fixed size")
      }
    }
    for message in messages {
      try unique(message.fields.map(\.name), "\(message.name): fields")
      for (place, field) in message.fields.enumerated() {
        let isLast = place == message.fields.count - 1
        switch try kind(of: field) {
        case .bytes where !isLast, .list where !isLast:
          throw Problem(description: "\(message.name).\(field.name) must be the last field")
        default: continue
        }
      }
      // The board packs the fields of a fixed size in one go.
      let fixed = try message.fields.map { try kind(of: $0).size != nil }
      if let first = fixed.firstIndex(of: true), let last = fixed.lastIndex(of: true),
        fixed[first...last].contains(false)
      {
        throw Problem(description: "\(message.name): fields of a fixed size must stand together")
      }
      guard (message.code >= 0x80) == (message.from == "board" && message.sequenced) else {
        throw Problem(description: "\(message.name): answers have types from 0x80 on")
      }
    }
  }

  /// FNV-1a of all that decides on bytes: a board and a host with the same hash speak the same layouts.
  var schema: UInt64 {
    var text = "\(`protocol`) \(major)\n"
    for entry in enums {
      text += "enum \(entry.name)\n"
      for value in entry.values { text += " \(value.name) \(value.value)\n" }
    }
    for entry in structs {
      text += "struct \(entry.name)\n"
      for field in entry.fields { text += " \(field.name) \(field.type) \(field.unit ?? "")\n" }
    }
    for entry in messages {
      text +=
        "message \(entry.name) \(entry.type) \(entry.from) \(entry.session) \(entry.sequenced)\n"
      for field in entry.fields { text += " \(field.name) \(field.type) \(field.unit ?? "")\n" }
    }
    return text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

// Names as each language writes them.
extension String {
  /// "train status", "HELLO_ACK" or "set point" as words.
  private var words: [String] {
    split(whereSeparator: { $0 == " " || $0 == "_" }).map { $0.lowercased() }
  }

  var typeName: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

  var valueName: String { typeName.prefix(1).lowercased() + typeName.dropFirst() }

  /// Such as `tare_hello_ack`.
  var cType: String { "tare_" + words.joined(separator: "_") }

  /// Such as `TARE_HELLO_ACK`.
  var cConstant: String { cType.uppercased() }

  /// "readEvery" as `read_every`.
  var cField: String {
    reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }

  /// The text in lines of comments.
  func wrapped(_ prefix: String, width: Int = 100) -> String {
    var lines: [String] = []
    var line = prefix
    for word in split(separator: " ") {
      if line.count + word.count + 1 > width, line != prefix {
        lines.append(line)
        line = prefix
      }
      line += (line == prefix ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

import Foundation

/// A piece of JSON whose names are checked by us, so that an unknown one is refused and not skipped.
enum JSONValue: Codable, Sendable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Pretty JSON with sorted names, so that equal values give equal bytes.
  func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// The numbers of a flat array, or of an array of rows of equal length; nil rows for a flat one.
  func numbers(at place: String) throws(ModelError) -> ([Double], rows: Int?) {
    guard case .array(let items) = self else {
      throw ModelError(.malformed, at: place, "an array of numbers is needed")
    }
    var numbers: [Double] = []
    var rows: Int?
    for (index, item) in items.enumerated() {
      switch item {
      case .number(let number): numbers.append(number)
      case .array(let row):
        for (column, entry) in row.enumerated() {
          guard case .number(let number) = entry else {
            throw ModelError(.malformed, at: "\(place)[\(index)][\(column)]", "not a number")
          }
          numbers.append(number)
        }
        guard numbers.count == (index + 1) * row.count else {
          throw ModelError(
            .wrongSize, at: "\(place)[\(index)]", "a row of \(row.count) columns among others")
        }
        rows = items.count
      default: throw ModelError(.malformed, at: "\(place)[\(index)]", "not a number")
      }
    }
    return (numbers, rows)
  }
}

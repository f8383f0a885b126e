import Foundation
import Testing

/// A value of a vector file.
enum VectorValue: Decodable, Hashable, Sendable {
  case number(UInt64)
  case negative(Int64)
  case text(String)
  case list([VectorValue])
  case object([String: VectorValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(UInt64.self) {
      self = .number(number)
    } else if let number = try? container.decode(Int64.self) {
      self = .negative(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([VectorValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: VectorValue].self))
    }
  }

  /// Whether a field of a message, or a structure of fields, has this value.
  ///
  /// - Parameter inPart: whether structures may have fields that are not told.
  func isValue(of field: Any, inPart: Bool = false) -> Bool {
    switch self {
    case .number(let number): (Self.integer(field) as? UInt64) == number
    case .negative(let number): (Self.integer(field) as? Int64) == number
    case .text(let text): (field as? [UInt8]) == Array(text.utf8)
    case .list(let list):
      list.count == Mirror(reflecting: field).children.count
        && zip(list, Mirror(reflecting: field).children).allSatisfy {
          $0.isValue(of: $1.value, inPart: inPart)
        }
    case .object(let fields):
      if case .text(let hex)? = fields["hex"] {
        (field as? [UInt8]) == [UInt8](hex: hex)
      } else {
        (inPart || fields.count == Mirror(reflecting: field).children.count)
          && fields.allSatisfy { name, value in
            Mirror(reflecting: field).descendant(name).map {
              value.isValue(of: $0, inPart: inPart)
            } ?? false
          }
      }
    }
  }

  /// An integer, or what stands for the value of an enumeration: unsigned where it is not negative.
  private static func integer(_ field: Any) -> Any? {
    func rawValue<Value: RawRepresentable>(_ value: Value) -> Any { value.rawValue }
    if let value = field as? any RawRepresentable { return integer(rawValue(value)) }
    guard let number = field as? any BinaryInteger else { return nil }
    return UInt64(exactly: number) ?? Int64(exactly: number)
  }
}

extension Array where Element == UInt8 {
  /// Bytes as vector files write them.
  init?(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count % 2 == 0 else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}

/// The files that every implementation of the protocol runs.
enum Vectors {
  static func read<File: Decodable>(_ name: String, as type: File.Type) throws -> File {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Firmware-protocol/vectors")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
  }

  static func bytes(_ hex: String) throws -> [UInt8] { try #require([UInt8](hex: hex)) }
}

import Foundation

/// `run.json`: the record of a run, told from other files of that name by a mark.
enum RunRecord {
  /// The value of the key `format`; the number rises when the folder changes shape.
  static let mark = "tare-run/1"

  /// Encodes a value as JSON, as the record of a run with the mark added.
  static func encode(_ value: some Encodable, isRecord: Bool) throws -> Data {
    let encoder = JSONText.encoder
    var data = try encoder.encode(value)
    if isRecord {
      // Only an object takes another key; anything else would stop the encoder for good.
      guard data.first == UInt8(ascii: "{") else {
        let context = EncodingError.Context(
          codingPath: [], debugDescription: "the record of a run has to be an object")
        throw EncodingError.invalidValue(value, context)
      }
      data = try encoder.encode(Marked(value: value))
    }
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// Whether a folder holds the record of a run.
  static func isPresent(in folder: String) -> Bool {
    let path = folder + "/" + RunFolder.recordName
    guard let data = FileManager.default.contents(atPath: path) else { return false }
    return isMarked(data)
  }

  /// Whether bytes are the record of a run, of this or any other version.
  static func isMarked(_ data: Data) -> Bool {
    let record = try? JSONDecoder().decode(Format.self, from: data)
    return record?.format.hasPrefix("tare-run/") ?? false
  }

  private struct Format: Codable {
    var format: String
  }

  private struct Marked<Value: Encodable>: Encodable {
    var value: Value

    func encode(to encoder: any Encoder) throws {
      try value.encode(to: encoder)
      // Encoded last, the mark wins over a key of that name in the value.
      try Format(format: RunRecord.mark).encode(to: encoder)
    }
  }
}

public import Foundation

/// JSON as every command and every run folder writes it.
public enum JSONText {
  /// Sorted names, times of day in UTC, and numbers that are not finite as words, so that equal values
  /// give equal bytes and no value stops the last write of a run.
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return encoder
  }

  /// Reads what ``encoder`` wrote.
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return decoder
  }

  /// The bytes of a value.
  public static func encode(_ value: some Encodable) throws -> Data { try encoder.encode(value) }

  /// The value of bytes that ``encode(_:)`` made.
  public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    try decoder.decode(type, from: data)
  }
}

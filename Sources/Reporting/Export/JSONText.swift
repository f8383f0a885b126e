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
    return decoder
  }

  /// The bytes of a value.
  public static func encode(_ value: some Encodable) throws -> Data { try encoder.encode(value) }
}

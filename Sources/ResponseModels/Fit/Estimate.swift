/// A fitted value with its 95 % interval.
///
/// An end of the interval is infinite when the data do not bound it. In JSON, infinite numbers are
/// the strings `"inf"` and `"-inf"`.
public struct Estimate: Sendable, Hashable, Codable {
  /// The fitted value.
  public let value: Double
  /// The low end of the 95 % interval.
  public let low: Double
  /// The high end of the 95 % interval.
  public let high: Double

  /// Creates an estimate; `low <= high`.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Whether both ends of the interval are finite.
  public var isBounded: Bool { low.isFinite && high.isFinite }

  /// The width of the interval.
  public var width: Double { low == high ? 0 : high - low }

  /// Whether the interval includes `value`.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  private enum CodingKeys: String, CodingKey {
    case value, low, high
  }

  /// Reads an estimate; see the type for infinite numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      if let word = try? container.decode(String.self, forKey: key) {
        switch word {
        case "inf": return .infinity
        case "-inf": return -.infinity
        default:
          throw DecodingError.dataCorruptedError(
            forKey: key, in: container,
            debugDescription: "expected a number, \"inf\" or \"-inf\", found \"\(word)\"")
        }
      }
      return try container.decode(Double.self, forKey: key)
    }
    value = try number(.value)
    low = try number(.low)
    high = try number(.high)
  }

  /// Writes the estimate; see the type for infinite numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (number, key) in [(value, CodingKeys.value), (low, .low), (high, .high)] {
      if number.isFinite {
        try container.encode(number, forKey: key)
      } else {
        try container.encode(number > 0 ? "inf" : "-inf", forKey: key)
      }
    }
  }
}

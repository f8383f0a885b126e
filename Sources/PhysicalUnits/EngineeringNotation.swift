import Foundation

/// Numbers with an SI prefix and a unit: "100 ns", "1.2 V", "35 µS".
public enum EngineeringNotation {
  private static let prefixes: [(symbol: String, exponent: Int)] = [
    ("f", -15), ("p", -12), ("n", -9), ("µ", -6), ("m", -3), ("", 0),
    ("k", 3), ("M", 6), ("G", 9), ("T", 12),
  ]

  /// Prefixes as typed: the two code points of µ, and the letter u that keyboards offer instead.
  private static func exponent(ofPrefix prefix: Substring) -> Int? {
    switch prefix {
    case "u", "\u{03BC}": -6
    case "K": 3
    default: prefixes.first { $0.symbol == prefix }?.exponent
    }
  }

  /// Writes a number with the prefix that leaves one to three digits before the point.
  ///
  /// - Parameters:
  ///   - value: the number in the unit without a prefix.
  ///   - unit: the unit's symbol.
  ///   - digits: significant digits at most; trailing zeros are left out.
  public static func format(_ value: Double, unit: String, digits: Int = 6) -> String {
    guard value.isFinite else { return "\(value) \(unit)" }
    guard value != 0 else { return "0 \(unit)" }
    // Rounding first: 999.9999 mV is 1 V, not 1000 mV.
    let rounded = round(value, digits: digits)
    let decade = Int(floor(log10(abs(rounded)) + 1e-12))
    let wanted = Int((Double(decade) / 3).rounded(.down)) * 3
    let exponent = min(max(wanted, -15), 12)
    let symbol = prefixes.first { $0.exponent == exponent }?.symbol ?? ""
    let decimals = max(0, digits - 1 - (decade - exponent))
    let scaled = rounded / pow(10, Double(exponent))
    return "\(trimmed(scaled, decimals: decimals)) \(symbol)\(unit)"
  }

  /// Reads a number, an optional prefix and a unit that must be there.
  static func parse(
    _ text: String, unit: String, spellings: [String]
  ) throws(UnitError) -> Double {
    let (number, rest) = try split(text, unit: unit)
    for spelling in spellings.sorted(by: { $0.count > $1.count }) where rest.hasSuffix(spelling) {
      if let exponent = exponent(ofPrefix: rest.dropLast(spelling.count)) {
        // Multiplying by 1e-9 rounds twice; reading "100e-9" rounds once.
        return Double("\(number)e\(exponent)") ?? number.scaled(by: exponent)
      }
    }
    guard !rest.isEmpty else {
      throw UnitError(
        code: .missingUnit, text: text,
        explanation: "\"\(text)\" has no unit: write for example \"\(text.trimmed) \(unit)\"")
    }
    throw UnitError(
      code: .unknownUnit, text: text,
      explanation: "\"\(text)\": \"\(rest)\" is not \(unit) with a prefix of f p n µ m k M G T")
  }

  /// The number at the start of the text, and what follows it without white space.
  private static func split(
    _ text: String, unit: String
  ) throws(UnitError) -> (Double, Substring) {
    let trimmed = Substring(text.trimmed)
    let lower = trimmed.lowercased()
    if ["nan", "inf", "+inf", "-inf"].contains(where: lower.hasPrefix) {
      throw UnitError(
        code: .notFinite, text: text,
        explanation: "\"\(text)\" is not a finite number of \(unit)")
    }
    // The longest prefix that is a number; "1e-6 V" contains an exponent, "1 EV" does not.
    var end = trimmed.endIndex
    while end > trimmed.startIndex {
      let candidate = trimmed[..<end]
      if let last = candidate.last, last.isNumber || last == ".", let number = Double(candidate) {
        guard number.isFinite else {
          throw UnitError(
            code: .notFinite, text: text,
            explanation: "\"\(text)\" is too large for a number of \(unit)")
        }
        return (number, trimmed[end...].drop(while: \.isWhitespace))
      }
      end = trimmed.index(before: end)
    }
    throw UnitError(
      code: .notANumber, text: text,
      explanation: "\"\(text)\" does not start with a number: write for example \"1.2 \(unit)\"")
  }

  private static func round(_ value: Double, digits: Int) -> Double {
    Double(String(format: "%.*e", digits - 1, value)) ?? value
  }

  private static func trimmed(_ value: Double, decimals: Int) -> String {
    var text = String(format: "%.*f", decimals, value)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension Double {
  fileprivate func scaled(by exponent: Int) -> Double { self * pow(10, Double(exponent)) }
}

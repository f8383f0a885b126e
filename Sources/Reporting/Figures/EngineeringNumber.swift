/// A value with an SI prefix and its unit, in three significant digits: "35.0 µS".
struct EngineeringNumber {
  /// The value in the unit without prefix.
  var value: Double
  /// The symbol of the unit, without prefix; may be empty.
  var unit: String

  /// The prefixes used, by power of ten.
  static let prefixes: [Int: String] = [
    -18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G",
    12: "T",
  ]

  /// The units that take a prefix; any other unit ("pulses", "µS", "%") is left as it is.
  static let prefixableUnits: Set<String> = [
    "S", "A", "V", "s", "J", "Ω", "W", "F", "H", "Hz", "C", "m", "N", "B",
  ]

  /// The text, with a U+2212 minus sign; beyond the prefixes as a power of ten.
  var text: String {
    let suffix = unit.isEmpty ? "" : " " + unit
    guard value.isFinite, value != 0 else { return NumberText.significant(value) + suffix }
    // Rounded first, so that 999.6 becomes 1.00 k and not 1000.
    let (mantissa, exponent) = NumberText.rounded(value, digits: 3)
    let power = Self.engineeringExponent(exponent + 2)
    guard let prefix = Self.prefixes[power] else { return NumberText.significant(value) + suffix }
    let number = NumberText.decimal(mantissa, exponent: exponent - power)
    return prefix.isEmpty && unit.isEmpty ? number : number + " " + prefix + unit
  }

  /// A value in running text: with a prefix where the unit takes one, plain where it does not.
  static func quantity(_ value: Double, unit: String) -> String {
    if prefixableUnits.contains(unit) { return EngineeringNumber(value: value, unit: unit).text }
    let number = NumberText.significant(value)
    return unit.isEmpty ? number : number + " " + unit
  }

  /// The multiple of three at or below a power of ten.
  static func engineeringExponent(_ exponent: Int) -> Int {
    exponent >= 0 ? exponent / 3 * 3 : -((2 - exponent) / 3 * 3)
  }
}

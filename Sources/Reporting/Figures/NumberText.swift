import Foundation

/// Numbers as text, the same on every machine and in every locale.
///
/// `String(format:)` and formatters are avoided on purpose: a figure must have the same bytes wherever
/// it is drawn.
enum NumberText {
  /// The typographic minus sign, as wide as a plus.
  static let minus = "\u{2212}"

  /// A coordinate of a drawing with at most two decimals, with the hyphen that SVG asks for.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
    let magnitude = hundredths.magnitude
    let fraction = magnitude % 100
    var text = hundredths < 0 ? "-" : ""
    text += String(magnitude / 100)
    if fraction != 0 {
      text += "." + String(fraction / 10)
      if fraction % 10 != 0 { text += String(fraction % 10) }
    }
    return text
  }

  /// The number `mantissa` × 10^`exponent`, written out without any rounding.
  static func decimal(_ mantissa: Int, exponent: Int) -> String {
    var digits = String(mantissa.magnitude)
    let sign = mantissa < 0 ? minus : ""
    if exponent >= 0 {
      if mantissa != 0 { digits += String(repeating: "0", count: exponent) }
      return sign + grouped(digits)
    }
    let decimals = -exponent
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals - digits.count + 1) + digits
    }
    return sign + grouped(String(digits.dropLast(decimals))) + "." + digits.suffix(decimals)
  }

  /// A value with a fixed number of significant digits; very large and small ones as powers of ten.
  static func significant(_ value: Double, digits: Int = 3) -> String {
    if value.isNaN { return "no value" }
    if value.isInfinite { return value < 0 ? minus + "∞" : "∞" }
    if value == 0 { return "0" }
    let (mantissa, exponent) = rounded(value, digits: digits)
    let leading = exponent + digits - 1
    if (-4..<6).contains(leading), exponent <= 0 {
      return decimal(mantissa, exponent: exponent)
    }
    if (-4..<6).contains(leading) { return decimal(mantissa, exponent: exponent) }
    return decimal(mantissa, exponent: 1 - digits) + "×10" + superscript(leading)
  }

  /// The nearest number with that many significant digits, as mantissa and power of ten.
  ///
  /// - Precondition: `value` is finite and not zero.
  static func rounded(_ value: Double, digits: Int) -> (mantissa: Int, exponent: Int) {
    let magnitude = abs(value)
    var exponent = Int(log10(magnitude).rounded(.down)) - digits + 1
    var mantissa = (scaled(magnitude, by: -exponent)).rounded()
    let limit = pow(10, Double(digits))
    if mantissa >= limit {
      exponent += 1
      mantissa = (scaled(magnitude, by: -exponent)).rounded()
    } else if mantissa < limit / 10 {
      // The logarithm was rounded up to the next decade.
      exponent -= 1
      mantissa = (scaled(magnitude, by: -exponent)).rounded()
    }
    return (value < 0 ? -Int(mantissa) : Int(mantissa), exponent)
  }

  /// An integer in superscript characters.
  static func superscript(_ value: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    var text = value < 0 ? "⁻" : ""
    for digit in String(value.magnitude) {
      if let number = digit.wholeNumberValue { text.append(raised[number]) }
    }
    return text
  }

  /// `value` × 10^`power`; in two steps where the power alone would leave the range of a double.
  static func scaled(_ value: Double, by power: Int) -> Double {
    if power > 300 { return value * 1e300 * pow(10, Double(power - 300)) }
    if power >= 0 { return value * pow(10, Double(power)) }
    if power < -300 { return value / 1e300 / pow(10, Double(-power - 300)) }
    return value / pow(10, Double(-power))
  }

  /// Digits in groups of three from five digits on, set apart by a thin space.
  private static func grouped(_ digits: String) -> String {
    guard digits.count >= 5 else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append("\u{2009}") }
      text.append(digit)
    }
    return text
  }
}

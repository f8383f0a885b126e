import Foundation

/// A unit of measurement that the header of a curve names.
struct CurveUnit: Hashable {
  /// What is measured in the unit.
  enum Dimension: Hashable {
    case conductance, resistance, time
  }

  let dimension: Dimension
  /// The power of ten that leads to siemens, ohms or seconds.
  let exponent: Int

  /// A value in siemens, ohms or seconds.
  ///
  /// Divides by positive powers, which are exact, so that 3 uS and 3e-6 S are the same number.
  func converted(_ value: Double) -> Double {
    let power = pow(10, Double(abs(exponent)))
    return exponent < 0 ? value / power : value * power
  }

  /// The unit of a state that a symbol stands for, or nil.
  ///
  /// The case of a prefix counts where it changes the meaning: "mohm" could be a lower-case Mohm, a
  /// billion times as much, and is not guessed.
  init?(state symbol: String) {
    let ohms = ["ohms", "ohm", "\u{3A9}", "\u{3C9}", "\u{2126}"]
    if symbol.lowercased() == "1/ohm" {
      self.init(dimension: .conductance, exponent: 0)
    } else if let prefix = Self.prefix(of: symbol, before: ohms) {
      let exponents = ["": 0, "k": 3, "K": 3, "M": 6, "meg": 6, "Meg": 6, "G": 9]
      guard let exponent = exponents[prefix] else { return nil }
      self.init(dimension: .resistance, exponent: exponent)
    } else if let prefix = Self.prefix(of: symbol, before: ["siemens", "s"]),
      let exponent = Self.smallPrefixes[prefix]
    {
      self.init(dimension: .conductance, exponent: exponent)
    } else {
      return nil
    }
  }

  /// The unit of a time that a symbol stands for, or nil.
  init?(time symbol: String) {
    guard
      let prefix = Self.prefix(of: symbol, before: ["seconds", "second", "sec", "s"]),
      let exponent = Self.smallPrefixes[prefix]
    else { return nil }
    self.init(dimension: .time, exponent: exponent)
  }

  private init(dimension: Dimension, exponent: Int) {
    self.dimension = dimension
    self.exponent = exponent
  }

  /// Prefixes of units of which multiples are not in use here; two letters are in use for micro.
  private static let smallPrefixes = [
    "": 0, "m": -3, "u": -6, "U": -6, "\u{B5}": -6, "\u{3BC}": -6, "n": -9, "N": -9, "p": -12,
  ]

  /// What precedes the first of the names that the symbol ends with.
  private static func prefix(of symbol: String, before names: [String]) -> String? {
    let lower = symbol.lowercased()
    return names.first { lower.hasSuffix($0.lowercased()) }.map {
      String(symbol.dropLast($0.count))
    }
  }
}

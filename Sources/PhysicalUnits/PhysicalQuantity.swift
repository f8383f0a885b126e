/// A number with a unit, stored in the SI base of that unit.
///
/// Quantities of one kind add, subtract, compare and scale; quantities of different kinds combine only
/// where physics gives the product a meaning (``Volts`` times ``Siemens`` are ``Amperes``).
public protocol PhysicalQuantity: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The unit as printed after the number and its prefix, such as "V".
  static var unitSymbol: String { get }

  /// Other spellings of the unit that parsing accepts, such as "ohm".
  static var unitSpellings: [String] { get }

  /// The number in the unit without a prefix.
  var value: Double { get }

  /// Makes the quantity from a number in the unit without a prefix.
  init(_ value: Double)
}

extension PhysicalQuantity {
  /// No other spelling than the symbol.
  public static var unitSpellings: [String] { [] }

  /// The quantity 0.
  public static var zero: Self { Self(0) }

  /// The magnitude, without the sign.
  public var magnitude: Self { Self(abs(value)) }

  /// Whether the number is neither infinite nor NaN.
  public var isFinite: Bool { value.isFinite }

  /// Engineering notation: the SI prefix that leaves one to three digits before the point.
  public var description: String {
    EngineeringNotation.format(value, unit: Self.unitSymbol)
  }

  /// Reads engineering notation, such as "1.2 V", "35 µS" or "35uS".
  ///
  /// - Throws: ``UnitError`` if the text is no finite number with this unit.
  public init(parsing text: String) throws(UnitError) {
    self.init(
      try EngineeringNotation.parse(
        text, unit: Self.unitSymbol, spellings: [Self.unitSymbol] + Self.unitSpellings))
  }

  /// A quantity that is to serve as a limit: finite, because nothing is ever above NaN.
  ///
  /// - Throws: ``UnitError`` with code ``UnitError/Code/notFinite`` for NaN and infinity.
  public init(limit value: Double) throws(UnitError) {
    guard value.isFinite else {
      throw UnitError(
        code: .notFinite, text: "\(value)",
        explanation: "a limit in \(Self.unitSymbol) must be a finite number, not \(value)")
    }
    self.init(value)
  }

  // All four comparisons are written out: the ones that Comparable derives would make NaN at least as
  // large as everything.
  /// Compares the numbers; false for NaN.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  /// Compares the numbers; false for NaN.
  public static func > (left: Self, right: Self) -> Bool { left.value > right.value }
  /// Compares the numbers; false for NaN.
  public static func <= (left: Self, right: Self) -> Bool { left.value <= right.value }
  /// Compares the numbers; false for NaN.
  public static func >= (left: Self, right: Self) -> Bool { left.value >= right.value }
  /// The sum.
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  /// The difference.
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  /// Adds in place.
  public static func += (left: inout Self, right: Self) { left = left + right }
  /// The opposite sign.
  public static prefix func - (quantity: Self) -> Self { Self(-quantity.value) }
  /// A multiple.
  public static func * (left: Self, right: Double) -> Self { Self(left.value * right) }
  /// A multiple.
  public static func * (left: Double, right: Self) -> Self { Self(left * right.value) }
  /// A part.
  public static func / (left: Self, right: Double) -> Self { Self(left.value / right) }
  /// The ratio of two quantities of one kind, a pure number.
  public static func / (left: Self, right: Self) -> Double { left.value / right.value }

  /// Decodes the plain number in the unit without a prefix.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Encodes the plain number in the unit without a prefix.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
